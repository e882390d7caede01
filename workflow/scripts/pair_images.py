"""Classify the images, and make pairs of those that are classified correctly."""

from fcflow.jobs import run

run("fcflow.experiments.images.pair:pair_images", snakemake)  # noqa: F821
