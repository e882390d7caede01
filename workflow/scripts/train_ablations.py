"""Train the networks of one study."""

from fcflow.jobs import run

run("fcflow.experiments.ablations.train:train_study", snakemake)  # noqa: F821
