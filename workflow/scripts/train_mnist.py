"""Train one network on the digits."""

from fcflow.jobs import run

run("fcflow.experiments.images.mnist.train:train_network", snakemake)  # noqa: F821
