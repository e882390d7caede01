"""Classify the images, and make pairs of those that are classified correctly."""

from fcflow.experiments.images.pair import pair_images
from fcflow.steps import run

run(pair_images, snakemake)  # noqa: F821
