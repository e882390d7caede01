"""Train the linear networks of one setting."""

import json

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.hypercube.schemas import MATRICES, PROBLEMS
from fcflow.experiments.linear.schemas import TRAINING
from fcflow.experiments.linear.train import train_networks
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    device = "cuda" if job.resources.get("gpu", 0) else "cpu"
    problems = read_table(job.input.problems, PROBLEMS)
    A = read_arrays(job.input.matrices, MATRICES, producer="generate_hypercubes")["A"]
    rows, maps, weights = train_networks(problems, A, **config, device=device)
    write_arrays(weights, job.output.weights)
    write_arrays(maps, job.output.maps)
    write_table(
        rows[list(TRAINING.frame.columns)],
        job.output.training,
        TRAINING,
        config=config,
        device=device,
    )


run_job(step, snakemake)  # noqa: F821
