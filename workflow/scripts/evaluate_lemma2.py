"""Compute Lemma 2's tail and bound."""

import json

from fcflow.artifacts.tables import write_table
from fcflow.experiments.theory.lemma2 import evaluate_lemma2
from fcflow.experiments.theory.schemas import LEMMA2
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    write_table(evaluate_lemma2(**config), job.output.rows, LEMMA2, config=config)


run_job(step, snakemake)  # noqa: F821
