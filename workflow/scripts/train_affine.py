"""Train the linear networks of one setting."""

from fcflow.experiments.linear.train import train_networks
from fcflow.steps import run

run(train_networks, snakemake)  # noqa: F821
