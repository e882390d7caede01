"""Train on digits of 8 × 8 pixels."""

from fcflow.experiments.images.digits8.train import train_digits8

from fcflow.jobs import run

run(train_digits8, snakemake)  # noqa: F821
