"""Check section 5's identity on every linear network."""

from fcflow.jobs import run

run("fcflow.experiments.theory.section5.linear_paths:check_linear_paths", snakemake)  # noqa: F821
