"""Measure where the ReLU networks of one study look, along a segment between two classes."""

from fcflow.jobs import run

run("fcflow.experiments.relu.probe:probe_networks", snakemake)  # noqa: F821
