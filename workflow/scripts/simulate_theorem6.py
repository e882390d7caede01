"""Attack the network that Theorem 6 assumes and decode the classes' distance."""

import json

from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.schemas import THEOREM6
from fcflow.experiments.theory.theorem6 import simulate_theorem6
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    write_table(simulate_theorem6(**config), job.output.rows, THEOREM6, config=config)


run_job(step, snakemake)  # noqa: F821
