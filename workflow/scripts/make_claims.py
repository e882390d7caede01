"""Decide every claim of the paper and write the ledger."""

from fcflow.jobs import run_job

run_job("fcflow.paper.claims.ledger:make_claims", snakemake)  # noqa: F821
