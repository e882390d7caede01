"""Measure where the ReLU networks of one study look, along a segment between two classes."""

import json

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.hypercube.schemas import MATRICES
from fcflow.experiments.relu.probe import probe_networks
from fcflow.experiments.relu.schemas import PATHS, SEGMENTS, TRAINING, weight_names
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    probed = []
    for training_file, matrices, weights in zip(
        job.input.training, job.input.matrices, job.input.weights, strict=True
    ):
        training = read_table(training_file, TRAINING)
        A = read_arrays(matrices, MATRICES, producer="generate_hypercubes")["A"]
        arrays = read_arrays(weights, weight_names(training), producer="train_relu")
        probed.append(probe_networks(training, A, arrays, **config))
    segments, paths = (pd.concat(rows, ignore_index=True) for rows in zip(*probed, strict=True))
    write_table(segments, job.output.segments, SEGMENTS, config=config)
    write_table(paths, job.output.paths, PATHS, config=config)


run_job(step, snakemake)  # noqa: F821
