"""Check Theorem 7's first-order statement on trained ReLU networks."""

from fcflow.experiments.theory.theorem7.first_order import check_first_order
from fcflow.steps import run

run(check_first_order, snakemake)  # noqa: F821
