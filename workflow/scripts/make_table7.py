"""Make Table 7: cos θ along the paths between the images of the pairs."""

import json

import pandas as pd

from fcflow.artifacts.tables import read_table
from fcflow.experiments.imagenet.schemas import CURVES, EXPERIMENTS, IMAGES
from fcflow.jobs import run_job
from fcflow.paper.imagenet import TABLE7, table7, table8
from fcflow.paper.imagenet_layouts import table7_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    images, experiments = (
        read_table(job.input.images, IMAGES),
        read_table(job.input.experiments, EXPERIMENTS),
    )
    curves = pd.concat([read_table(path, CURVES) for path in job.input.curves], ignore_index=True)
    rows = table7(curves, experiments)
    write_formats(
        rows,
        *table7_layout(rows, table8(experiments), images, **config),
        job.output,
        TABLE7,
        config,
    )


run_job(step, snakemake)  # noqa: F821
