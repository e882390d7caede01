"""Prepare on digits of 8 × 8 pixels."""

from fcflow.jobs import run

run("fcflow.experiments.images.digits8.prepare:prepare_digits8", snakemake)  # noqa: F821
