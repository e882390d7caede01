"""Simulate, or evaluate, one theorem or lemma."""

from fcflow.steps import run

run(snakemake.params.step, snakemake)  # noqa: F821
