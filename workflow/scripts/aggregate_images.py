"""Join everything that was measured on the pairs of an experiment."""

from fcflow.experiments.images.aggregate import aggregate_images
from fcflow.steps import run

run(aggregate_images, snakemake)  # noqa: F821
