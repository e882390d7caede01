"""Train the ReLU networks of one setting."""

from fcflow.jobs import run

run("fcflow.experiments.relu.train:train_networks", snakemake)  # noqa: F821
