"""Join everything that was measured on the ReLU networks, one row a run."""

from fcflow.jobs import run

run("fcflow.experiments.relu.aggregate:aggregate_runs", snakemake)  # noqa: F821
