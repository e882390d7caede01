"""Check Theorem 7's first-order statement on trained ReLU networks."""

from fcflow.jobs import run

run("fcflow.experiments.theory.theorem7.first_order:check_first_order", snakemake)  # noqa: F821
