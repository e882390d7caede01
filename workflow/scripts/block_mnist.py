"""Search, for each test seven, the smallest mask that makes one network say "1"."""

import json

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.mnist.block import block_sevens
from fcflow.experiments.mnist.schemas import IMAGES, MASKS, PIXELS
from fcflow.jobs import run_job
from fcflow.networks.mnist_cnn import NAMES, network_from_arrays


def step(job):
    config = json.loads(job.params.config)
    images = read_table(job.input.images, IMAGES)
    pixels = read_arrays(job.input.pixels, PIXELS, producer="prepare_mnist")["pixels"]
    weights = read_arrays(job.input.weights, NAMES, producer="train_mnist")
    network = network_from_arrays(weights, mean=config["mean"], std=config["std"])
    masks, pairs = block_sevens(
        images, pixels, network, number=config["network"], mask_height=config["mask_height"]
    )
    write_arrays(pairs, job.output.pairs)
    write_table(masks, job.output.masks, MASKS, config=config)


run_job(step, snakemake)  # noqa: F821
