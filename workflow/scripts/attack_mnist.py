"""Attack the sevens of one network in every way."""

import json

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.artifacts.tables import write_table
from fcflow.experiments.mnist.attack import attack_pairs
from fcflow.experiments.mnist.schemas import ATTACKS, PAIRS
from fcflow.jobs import run_job
from fcflow.networks.mnist_cnn import NAMES, network_from_arrays


def step(job):
    config = json.loads(job.params.config)
    device = "cuda" if job.resources.get("gpu", 0) else "cpu"
    weights = read_arrays(job.input.weights, NAMES, producer="train_mnist")
    pairs = read_arrays(job.input.pairs, PAIRS, producer="block_mnist")
    options = dict(config)
    network = network_from_arrays(
        weights, mean=options.pop("mean"), std=options.pop("std"), device=device
    )
    attacks, perturbations = attack_pairs(
        pairs, network, number=options.pop("network"), **options, device=device
    )
    write_arrays(perturbations, job.output.perturbations)
    write_table(attacks, job.output.attacks, ATTACKS, config=config, device=device)


run_job(step, snakemake)  # noqa: F821
