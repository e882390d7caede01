"""Seek the least perturbations of the first images of some of the pairs."""

import json

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.imagenet.attack import attack_pairs
from fcflow.experiments.imagenet.network import open_network, pairs_of_part
from fcflow.experiments.imagenet.schemas import ATTACKS, PAIRS, PIXELS
from fcflow.jobs import run_job
from fcflow.networks.imagenet import model_card


def step(job):
    config = json.loads(job.params.config)
    device = "cuda" if job.resources.get("gpu", 0) else "cpu"
    options = dict(config)
    pairs = pairs_of_part(
        read_table(job.input.pairs, PAIRS), options.pop("part"), options.pop("parts")
    )
    pixels = read_arrays(job.input.pixels, PIXELS, producer="prepare_imagenet")["pixels"]
    named = {key: options.pop(key) for key in ("model", "weights", "weights_sha256", "memory_gb")}
    model, sha256, batch = open_network(**named, device=device, size=pixels.shape[-1])
    classes = model_card(config["model"]).descriptions
    attacks, perturbations = attack_pairs(
        pairs, pixels, model, classes, **options, batch=batch, device=device
    )
    record = config | {"weights_file_sha256": sha256, "batch": batch}
    write_arrays(perturbations, job.output.perturbations)
    write_table(attacks, job.output.attacks, ATTACKS, config=record, device=device)


run_job(step, snakemake)  # noqa: F821
