"""Train on digits of 8 × 8 pixels."""

from fcflow.jobs import run

run("fcflow.experiments.images.digits8.train:train_digits8", snakemake)  # noqa: F821
