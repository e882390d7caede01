"""Find and certify the least perturbations of the ReLU networks of one study."""

from fcflow.experiments.relu.attack import attack_networks
from fcflow.steps import run

run(attack_networks, snakemake)  # noqa: F821
