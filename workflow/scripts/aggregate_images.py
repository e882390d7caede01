"""Join everything that was measured on the pairs of an experiment."""

from fcflow.jobs import run

run("fcflow.experiments.images.aggregate:aggregate_images", snakemake)  # noqa: F821
