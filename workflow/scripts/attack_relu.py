"""Find and certify the least perturbations of the ReLU networks of one setting."""

import json

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.hypercube.schemas import MATRICES, PROBLEMS
from fcflow.experiments.relu.attack import attack_networks
from fcflow.experiments.relu.schemas import POINTS, TRAINING, weight_names
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    problems, training = (
        read_table(job.input.problems, PROBLEMS),
        read_table(job.input.training, TRAINING),
    )
    A = read_arrays(job.input.matrices, MATRICES, producer="generate_hypercubes")["A"]
    weights = read_arrays(job.input.weights, weight_names(training), producer="train_relu")
    write_table(
        attack_networks(problems, A, training, weights, **config),
        job.output.points,
        POINTS,
        config=config,
    )


run_job(step, snakemake)  # noqa: F821
