"""Measure where the linear networks of one study look."""

from fcflow.experiments.linear.probe import probe_networks
from fcflow.steps import run

run(probe_networks, snakemake)  # noqa: F821
