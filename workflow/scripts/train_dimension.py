"""Train a study's networks at one dimension on fresh points."""

from fcflow.jobs import run

run("fcflow.experiments.dimension.train:train_networks", snakemake)  # noqa: F821
