"""Draw Figure 2: compression against the dimension."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.jobs import run_job
from fcflow.paper.figure2 import draw_figure2
from fcflow.paper.linear import DIMENSIONS, SLOPES
from fcflow.paper.style import save_figure, style


def step(job):
    level = json.loads(job.params.config)["level"]
    dimensions, slopes = (
        read_table(job.input.dimensions, DIMENSIONS),
        read_table(job.input.slopes, SLOPES),
    )
    with style():
        save_figure(
            draw_figure2(dimensions, slopes, level), job.output.svg, job.output.pdf, job.output.png
        )


run_job(step, snakemake)  # noqa: F821
