"""Read the digits and draw which ones the networks are trained on and tested on."""

import json

from fcflow.artifacts.arrays import write_arrays
from fcflow.artifacts.tables import write_table
from fcflow.experiments.mnist.prepare import prepare_digits
from fcflow.experiments.mnist.schemas import IMAGES
from fcflow.jobs import run_job


def step(job):
    config = json.loads(job.params.config)
    images, pixels = prepare_digits(**config)
    write_arrays({"pixels": pixels}, job.output.pixels)
    write_table(images, job.output.images, IMAGES, config=config)


run_job(step, snakemake)  # noqa: F821
