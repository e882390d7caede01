"""Draw interpolating networks and attack them as the proof of Theorem 1 does."""

import json

from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.schemas import THEOREM1
from fcflow.experiments.theory.theorem1 import simulate_theorem1
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    write_table(simulate_theorem1(**config), job.output.rows, THEOREM1, config=config)


run_job(step, snakemake)  # noqa: F821
