"""Draw the mixing matrices of a setting's runs."""

from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.steps import run

run(generate_hypercubes, snakemake)  # noqa: F821
