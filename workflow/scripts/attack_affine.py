"""Find the least perturbations of one study's linear networks, and of the optimal classifier."""

from fcflow.jobs import run

run("fcflow.experiments.linear.attack:attack_networks", snakemake)  # noqa: F821
