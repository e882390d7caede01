"""Put the runs of all studies, and their attacked points, into one table each."""

from fcflow.jobs import run

run("fcflow.experiments.dimension.aggregate:aggregate_runs", snakemake)  # noqa: F821
