"""Measure where the network looks along the paths of some of the pairs."""

import json

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.imagenet.network import open_network, pairs_of_part
from fcflow.experiments.imagenet.probe import probe_pairs
from fcflow.experiments.imagenet.schemas import CURVES, PAIRS, PATHS, PIXELS
from fcflow.jobs import run_job


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
    options["tolerance"] = options.pop("path_tolerance")
    curves, paths = probe_pairs(pairs, pixels, model, **options, batch=batch, device=device)
    record = config | {"weights_file_sha256": sha256, "batch": batch}
    write_table(curves, job.output.curves, CURVES, config=record, device=device)
    write_table(paths, job.output.paths, PATHS, config=record, device=device)


run_job(step, snakemake)  # noqa: F821
