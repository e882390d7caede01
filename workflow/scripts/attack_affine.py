"""Find the least perturbations of the linear networks of one setting, and of the optimal classifier."""

import json

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.linear.attack import attack_networks
from fcflow.experiments.linear.schemas import ATTACKS, MAPS, MATRICES, POINTS, PROBLEMS, TRAINING
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    problems = read_table(job.input.problems, PROBLEMS)
    training = read_table(job.input.training, TRAINING)
    A = read_arrays(job.input.matrices, MATRICES, producer="generate_hypercubes")["A"]
    maps = read_arrays(job.input.maps, MAPS, producer="train_affine")
    runs, points = attack_networks(problems, A, training, maps, **config)
    write_table(points, job.output.points, POINTS, config=config)
    write_table(runs, job.output.attacks, ATTACKS, config=config)


run_job(step, snakemake)  # noqa: F821
