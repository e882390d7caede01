"""Draw gradients and directions and take their energies (Theorem 7)."""

import json

from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.schemas import THEOREM7
from fcflow.experiments.theory.theorem7 import simulate_theorem7
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    write_table(simulate_theorem7(**config), job.output.rows, THEOREM7, config=config)


run_job(step, snakemake)  # noqa: F821
