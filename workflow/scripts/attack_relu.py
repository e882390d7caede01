"""Find and certify the least perturbations of the ReLU networks of one study."""

from fcflow.jobs import run

run("fcflow.experiments.relu.attack:attack_networks", snakemake)  # noqa: F821
