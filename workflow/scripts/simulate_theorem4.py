"""Attack networks whose points come from Gaussian layers (Theorem 4)."""

import json

from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.schemas import THEOREM4
from fcflow.experiments.theory.theorem4 import simulate_theorem4
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    write_table(simulate_theorem4(**config), job.output.rows, THEOREM4, config=config)


run_job(step, snakemake)  # noqa: F821
