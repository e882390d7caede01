"""Measure the networks of one study at every kept step of their training."""

from fcflow.jobs import run

run("fcflow.experiments.ablations.measure:measure_study", snakemake)  # noqa: F821
