"""Measure where the networks look, from each seven to its blocked image."""

import json

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import write_table
from fcflow.experiments.mnist.probe import probe_pairs
from fcflow.experiments.mnist.schemas import CURVES, PAIRS, PATHS
from fcflow.jobs import run_job
from fcflow.networks.mnist_cnn import NAMES, network_from_arrays


def step(job):
    config = json.loads(job.params.config)
    device = "cuda" if job.resources.get("gpu", 0) else "cpu"
    normalised = {"mean": config["mean"], "std": config["std"]}
    grid = {
        "gammas": config["gammas"],
        "tolerance": config["path_tolerance"],
        "max_gradients": config["max_gradients"],
    }
    probed = []
    for number, (weights, pairs) in enumerate(zip(job.input.weights, job.input.pairs, strict=True)):
        arrays = read_arrays(weights, NAMES, producer="train_mnist")
        network = network_from_arrays(arrays, **normalised, device=device)
        images = read_arrays(pairs, PAIRS, producer="block_mnist")
        probed.append(probe_pairs(images, network, number=number, **grid, device=device))
    curves, paths = (pd.concat(tables, ignore_index=True) for tables in zip(*probed, strict=True))
    write_table(curves, job.output.curves, CURVES, config=config, device=device)
    write_table(paths, job.output.paths, PATHS, config=config, device=device)


run_job(step, snakemake)  # noqa: F821
