"""Make the numbers of Figure 2: averages of φ and |cos θ1| at each dimension, and their exponents."""

import json

from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.linear.schemas import EXPERIMENTS
from fcflow.jobs import run_job
from fcflow.paper.linear import DIMENSIONS, SLOPES, dimension_table, slope_table
from fcflow.paper.linear_layouts import dimension_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    experiments = read_table(job.input.experiments, EXPERIMENTS)
    wanted = config.pop("wanted")
    rows, slopes = dimension_table(experiments, **config), slope_table(experiments, **config)
    write_table(slopes, job.output.slopes, SLOPES, config=config)
    write_formats(rows, *dimension_layout(rows, slopes, wanted), job.output, DIMENSIONS, config)


run_job(step, snakemake)  # noqa: F821
