"""Draw the mixing matrices of a setting's runs."""

import json

from fcflow.artifacts.arrays import write_arrays
from fcflow.artifacts.tables import write_table
from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.experiments.hypercube.schemas import PROBLEMS
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    rows, A = generate_hypercubes(**config)
    write_arrays({"A": A}, job.output.matrices)
    write_table(rows, job.output.problems, PROBLEMS, config=config)


run_job(step, snakemake)  # noqa: F821
