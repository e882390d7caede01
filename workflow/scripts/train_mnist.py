"""Train one network on the digits."""

from fcflow.experiments.images.mnist.train import train_network
from fcflow.steps import run

run(train_network, snakemake)  # noqa: F821
