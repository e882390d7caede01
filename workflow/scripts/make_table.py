"""Make a table in every format."""

from fcflow.steps import run

run(snakemake.params.step, snakemake)  # noqa: F821
