"""Attack networks with arbitrary last layers (Theorem 5)."""

import json

from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.schemas import THEOREM5
from fcflow.experiments.theory.theorem5 import simulate_theorem5
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    write_table(simulate_theorem5(**config), job.output.rows, THEOREM5, config=config)


run_job(step, snakemake)  # noqa: F821
