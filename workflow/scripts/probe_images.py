"""Measure where a network looks, from one image of a pair to the other."""

from fcflow.experiments.images.probe import probe_pairs
from fcflow.steps import run

run(probe_pairs, snakemake)  # noqa: F821
