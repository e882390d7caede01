"""Check section 5's identity on every linear network."""

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.hypercube.columns import MATRICES
from fcflow.experiments.linear.columns import MAPS, TRAINING
from fcflow.experiments.theory.linear_paths import check_linear_paths
from fcflow.experiments.theory.schemas import LINEAR_PATHS
from fcflow.jobs import run_job


def step(job):
    rows = []
    for training_file, matrices, maps in zip(
        job.input.training, job.input.matrices, job.input.maps, strict=True
    ):
        A = read_arrays(matrices, MATRICES.names, producer="generate_hypercubes")["A"]
        W, b = (read_arrays(maps, MAPS.names, producer="train_affine")[name] for name in MAPS.names)
        rows.append(check_linear_paths(read_table(training_file, TRAINING), A, W, b))
    write_table(pd.concat(rows, ignore_index=True), job.output.rows, LINEAR_PATHS, config={})


run_job(step, snakemake)  # noqa: F821
