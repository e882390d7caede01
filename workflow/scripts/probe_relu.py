"""Measure where the ReLU networks of one study look, along a segment between two classes."""

from fcflow.experiments.relu.probe import probe_networks
from fcflow.steps import run

run(probe_networks, snakemake)  # noqa: F821
