"""Join everything that was measured on the linear networks, one row a run."""

from fcflow.experiments.linear.aggregate import aggregate_runs
from fcflow.steps import run

run(aggregate_runs, snakemake)  # noqa: F821
