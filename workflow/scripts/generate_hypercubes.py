"""Draw the mixing matrices of a setting's runs."""

from fcflow.jobs import run

run("fcflow.experiments.hypercube.generate:generate_hypercubes", snakemake)  # noqa: F821
