"""Measure where a network looks, from one image of a pair to the other."""

from fcflow.jobs import run

run("fcflow.experiments.images.probe:probe_pairs", snakemake)  # noqa: F821
