"""Simulate, or evaluate, one theorem or lemma."""

from fcflow.jobs import run

run(snakemake.params.step, snakemake)  # noqa: F821
