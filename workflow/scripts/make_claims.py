"""Decide every claim of the paper and write the ledger."""

from fcflow.jobs import run_job
from fcflow.paper.claims.ledger import make_claims

run_job(make_claims, snakemake)  # noqa: F821
