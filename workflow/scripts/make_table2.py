"""Make Table 2: averages over runs beside the published ones."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.experiments.linear.schemas import EXPERIMENTS
from fcflow.jobs import run_job
from fcflow.paper.linear import TABLE2, table2
from fcflow.paper.linear_layouts import table2_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    experiments = read_table(job.input.experiments, EXPERIMENTS)
    rows = table2(experiments, **config)
    layout = table2_layout(rows, experiments, threshold=config["threshold"], level=config["level"])
    write_formats(rows, *layout, job.output, TABLE2, config)


run_job(step, snakemake)  # noqa: F821
