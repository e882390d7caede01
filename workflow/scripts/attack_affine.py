"""Find the least perturbations of the linear networks of one study, and of the optimal classifier."""

import json

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.hypercube.schemas import MATRICES, PROBLEMS
from fcflow.experiments.linear.attack import attack_networks
from fcflow.experiments.linear.schemas import ATTACKS, MAPS, POINTS, TRAINING
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    found = []
    for files in zip(
        job.input.problems, job.input.matrices, job.input.training, job.input.maps, strict=True
    ):
        problems, training = read_table(files[0], PROBLEMS), read_table(files[2], TRAINING)
        A = read_arrays(files[1], MATRICES, producer="generate_hypercubes")["A"]
        maps = read_arrays(files[3], MAPS, producer="train_affine")
        found.append(attack_networks(problems, A, training, maps, **config))
    runs, points = (pd.concat(rows, ignore_index=True) for rows in zip(*found, strict=True))
    write_table(points, job.output.points, POINTS, config=config)
    write_table(runs, job.output.attacks, ATTACKS, config=config)


run_job(step, snakemake)  # noqa: F821
