"""Make Table 8: distances, least perturbations and predicted lengths of the pairs of images."""

import json

from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.imagenet.schemas import EXPERIMENTS, IMAGES
from fcflow.jobs import run_job
from fcflow.paper.imagenet import AVERAGES, TABLE8, averages, table8
from fcflow.paper.imagenet_layouts import table8_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    shown_pairs = config.pop("shown_pairs")
    images, rows = (
        read_table(job.input.images, IMAGES),
        table8(read_table(job.input.experiments, EXPERIMENTS)),
    )
    means = averages(rows, **config)
    layout = table8_layout(rows, means, images, level=config["level"], shown_pairs=shown_pairs)
    write_table(means, job.output.averages, AVERAGES, config=config)
    write_formats(rows, *layout, job.output, TABLE8, config)


run_job(step, snakemake)  # noqa: F821
