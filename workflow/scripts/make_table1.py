"""Make Table 1: valid experiments beside the published ones."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.experiments.linear.schemas import EXPERIMENTS
from fcflow.jobs import run_job
from fcflow.paper.linear import TABLE1, table1
from fcflow.paper.linear_layouts import table1_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    experiments = read_table(job.input.experiments, EXPERIMENTS)
    rows = table1(experiments)
    write_formats(rows, *table1_layout(rows, experiments, **config), job.output, TABLE1, config)


run_job(step, snakemake)  # noqa: F821
