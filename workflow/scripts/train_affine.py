"""Train the linear networks of one setting."""

from fcflow.jobs import run

run("fcflow.experiments.linear.train:train_networks", snakemake)  # noqa: F821
