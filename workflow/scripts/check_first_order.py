"""Check Theorem 7's first-order statement on trained ReLU networks."""

import json

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.hypercube.columns import MATRICES
from fcflow.experiments.relu.columns import TRAINING
from fcflow.experiments.theory.schemas import FIRST_ORDER
from fcflow.experiments.theory.theorem7 import check_first_order
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    rows = []
    for training_file, matrices, weights in zip(
        job.input.training, job.input.matrices, job.input.weights, strict=True
    ):
        training = read_table(training_file, TRAINING)
        A = read_arrays(matrices, MATRICES.names, producer="generate_hypercubes")["A"]
        arrays = read_arrays(weights, (), producer="train_relu")
        rows.append(check_first_order(training, A, arrays, **config))
    write_table(pd.concat(rows, ignore_index=True), job.output.rows, FIRST_ORDER, config=config)


run_job(step, snakemake)  # noqa: F821
