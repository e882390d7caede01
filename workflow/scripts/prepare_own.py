"""Read one's own data, and see whether the model fits them."""

from fcflow.jobs import run

run("fcflow.experiments.images.own.prepare:prepare_own", snakemake)  # noqa: F821
