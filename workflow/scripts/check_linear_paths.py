"""Check section 5's identity on every linear network."""

from fcflow.experiments.theory.section5.linear_paths import check_linear_paths
from fcflow.steps import run

run(check_linear_paths, snakemake)  # noqa: F821
