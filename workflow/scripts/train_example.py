"""Train the two-dimensional example of Figure 1."""

import json

from fcflow.artifacts.arrays import write_arrays
from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.example import train_example
from fcflow.experiments.theory.schemas import EXAMPLE
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    rows, arrays = train_example(**config)
    write_arrays(arrays, job.output.arrays)
    write_table(rows, job.output.rows, EXAMPLE, config=config)


run_job(step, snakemake)  # noqa: F821
