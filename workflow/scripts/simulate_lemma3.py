"""Test the QR decomposition of Gaussian products against Lemma 3's law."""

import json

from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.lemma3 import simulate_lemma3
from fcflow.experiments.theory.schemas import LEMMA3
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    write_table(simulate_lemma3(**config), job.output.rows, LEMMA3, config=config)


run_job(step, snakemake)  # noqa: F821
