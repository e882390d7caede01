"""Make the table of what the batch size, which the papers do not state, does to Table 2."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.experiments.linear.schemas import EXPERIMENTS
from fcflow.jobs import run_job
from fcflow.paper.linear import BATCH_SIZES, batch_size_table
from fcflow.paper.linear_layouts import batch_size_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    experiments = read_table(job.input.experiments, EXPERIMENTS)
    rows = batch_size_table(experiments, **config)
    layout = batch_size_layout(rows, experiments, config["threshold"])
    write_formats(rows, *layout, job.output, BATCH_SIZES, config)


run_job(step, snakemake)  # noqa: F821
