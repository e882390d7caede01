"""Read and classify the images, and pair them."""

import json
import sys

from fcflow.artifacts.arrays import write_arrays
from fcflow.artifacts.tables import write_table
from fcflow.experiments.imagenet.chance import word_of_chance
from fcflow.experiments.imagenet.network import open_network
from fcflow.experiments.imagenet.prepare import (
    choose_pairs,
    describe_images,
    list_images,
    with_all_faults,
)
from fcflow.experiments.imagenet.schemas import IMAGES, PAIRS
from fcflow.jobs import run_job
from fcflow.networks.imagenet import model_card


def step(job):
    config = json.loads(job.params.config)
    device = "cuda" if job.resources.get("gpu", 0) else "cpu"
    card, size = model_card(config["model"]), config["image_size"]
    images, (model, sha256, batch) = with_all_faults(
        lambda: list_images(config["images"], config["folders"], card),
        lambda: open_network(
            *(config[key] for key in ("model", "weights", "weights_sha256")),
            device=device,
            size=size,
            memory_gb=config["memory_gb"],
        ),
    )
    rows, pixels = describe_images(
        images, card, model, size=size, crop=config["crop"], batch=batch, device=device
    )
    keys = ("sources", "targets", "shown_pairs", "max_pairs")
    pairs = choose_pairs(rows, pixels, card, **{key: config[key] for key in keys})
    sys.stderr.write(
        word_of_chance(rows)
        or f"{rows['correct'].sum()} of {len(rows)} images classified correctly\n"
    )
    record = config | {"weights_file_sha256": sha256, "batch": batch}
    write_arrays({"pixels": pixels}, job.output.pixels)
    write_table(rows, job.output.images, IMAGES, config=record, device=device)
    write_table(pairs, job.output.pairs, PAIRS, config=record, device=device)


run_job(step, snakemake)  # noqa: F821
