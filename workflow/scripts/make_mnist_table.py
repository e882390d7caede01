"""Make the table of averages and correlations over all sevens that have a mask."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.experiments.mnist.schemas import EXPERIMENTS, NETWORKS
from fcflow.jobs import run_job
from fcflow.paper.mnist import STATISTICS, statistics
from fcflow.paper.mnist_layouts import statistics_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    experiments, networks = (
        read_table(job.input.experiments, EXPERIMENTS),
        read_table(job.input.networks, NETWORKS),
    )
    rows = statistics(experiments, networks, **config)
    write_formats(
        rows, *statistics_layout(rows, networks, config["level"]), job.output, STATISTICS, config
    )


run_job(step, snakemake)  # noqa: F821
