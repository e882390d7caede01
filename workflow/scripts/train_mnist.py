"""Train one network on the digits."""

import json

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.mnist.schemas import IMAGES, PIXELS, TRAINING
from fcflow.experiments.mnist.train import train_network
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    device = "cuda" if job.resources.get("gpu", 0) else "cpu"
    images = read_table(job.input.images, IMAGES)
    pixels = read_arrays(job.input.pixels, PIXELS, producer="prepare_mnist")["pixels"]
    rows, weights = train_network(images, pixels, **config, device=device)
    write_arrays(weights, job.output.weights)
    write_table(rows, job.output.training, TRAINING, config=config, device=device)


run_job(step, snakemake)  # noqa: F821
