"""Find the least perturbations of one study's linear networks, and of the optimal classifier."""

from fcflow.experiments.linear.attack import attack_networks
from fcflow.steps import run

run(attack_networks, snakemake)  # noqa: F821
