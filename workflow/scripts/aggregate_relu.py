"""Join everything that was measured on the ReLU networks, one row a run."""

from fcflow.experiments.relu.aggregate import aggregate_runs
from fcflow.steps import run

run(aggregate_runs, snakemake)  # noqa: F821
