"""Join everything that was measured on the linear networks, one row a run."""

from fcflow.jobs import run

run("fcflow.experiments.linear.aggregate:aggregate_runs", snakemake)  # noqa: F821
