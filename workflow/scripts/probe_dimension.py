"""Measure where a study's networks look, and how little it takes to fool them."""

from fcflow.jobs import run

run("fcflow.experiments.dimension.probe:probe_networks", snakemake)  # noqa: F821
