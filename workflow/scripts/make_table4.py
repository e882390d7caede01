"""Make Table 4: certified and found least perturbations, and their averages."""

import json

from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.relu.schemas import POINTS
from fcflow.jobs import run_job
from fcflow.paper.relu import TABLE4, TABLE4_AVERAGES, table4, table4_averages
from fcflow.paper.relu_layouts import table4_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    wanted = config.pop("wanted")
    points = read_table(job.input.points, POINTS)
    rows, averages = table4(points), table4_averages(points, **config)
    write_table(averages, job.output.averages, TABLE4_AVERAGES, config=config)
    layout = table4_layout(rows, averages, points, level=config["level"], wanted=wanted)
    write_formats(rows, *layout, job.output, TABLE4, config)


run_job(step, snakemake)  # noqa: F821
