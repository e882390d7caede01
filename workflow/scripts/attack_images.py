"""Attack the first image of each pair in every way that the configuration names."""

from fcflow.experiments.images.attack import attack_pairs
from fcflow.steps import run

run(attack_pairs, snakemake)  # noqa: F821
