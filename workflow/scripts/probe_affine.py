"""Measure where the linear networks of one study look."""

from fcflow.jobs import run

run("fcflow.experiments.linear.probe:probe_networks", snakemake)  # noqa: F821
