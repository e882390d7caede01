"""Make the table that extends Table 3: depth, dimension, column scale and width."""

import json

from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.relu.schemas import EXPERIMENTS
from fcflow.jobs import run_job
from fcflow.paper.relu import EXTENSIONS, RELU_SLOPES, extensions, relu_slopes
from fcflow.paper.relu_layouts import extensions_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    experiments = read_table(job.input.experiments, EXPERIMENTS)
    rows, slopes = extensions(experiments, **config), relu_slopes(experiments, **config)
    write_table(slopes, job.output.slopes, RELU_SLOPES, config=config)
    write_formats(
        rows, *extensions_layout(rows, slopes, config["level"]), job.output, EXTENSIONS, config
    )


run_job(step, snakemake)  # noqa: F821
