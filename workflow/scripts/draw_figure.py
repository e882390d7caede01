"""Draw a figure in every format."""

from fcflow.jobs import run

run(snakemake.params.step, snakemake)  # noqa: F821
