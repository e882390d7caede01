"""Prepare on digits of 8 × 8 pixels."""

from fcflow.experiments.images.digits8.prepare import prepare_digits8

from fcflow.jobs import run

run(prepare_digits8, snakemake)  # noqa: F821
