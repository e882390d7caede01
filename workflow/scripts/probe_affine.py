"""Measure where the linear networks of one setting look."""

import json

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.linear.probe import probe_networks
from fcflow.experiments.linear.schemas import MAPS, MATRICES, PROBES, TRAINING
from fcflow.jobs import run_job


def step(job):
    training = read_table(job.input.training, TRAINING)
    A = read_arrays(job.input.matrices, MATRICES, producer="generate_hypercubes")["A"]
    W = read_arrays(job.input.maps, MAPS, producer="train_affine")["W"]
    rows = probe_networks(training, A, W)
    write_table(rows, job.output.probes, PROBES, config=json.loads(job.params.config))


run_job(step, snakemake)  # noqa: F821
