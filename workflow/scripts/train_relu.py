"""Train the ReLU networks of one setting."""

from fcflow.experiments.relu.train import train_networks
from fcflow.steps import run

run(train_networks, snakemake)  # noqa: F821
