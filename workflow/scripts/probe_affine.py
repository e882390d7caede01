"""Measure where the linear networks of one study look."""

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.hypercube.schemas import MATRICES
from fcflow.experiments.linear.probe import probe_networks
from fcflow.experiments.linear.schemas import MAPS, PROBES, TRAINING
from fcflow.jobs import run_job


def step(job):
    rows = []
    for training_file, matrices, maps in zip(
        job.input.training, job.input.matrices, job.input.maps, strict=True
    ):
        A = read_arrays(matrices, MATRICES, producer="generate_hypercubes")["A"]
        W = read_arrays(maps, MAPS, producer="train_affine")["W"]
        rows.append(probe_networks(read_table(training_file, TRAINING), A, W))
    write_table(pd.concat(rows, ignore_index=True), job.output.probes, PROBES, config={})


run_job(step, snakemake)  # noqa: F821
