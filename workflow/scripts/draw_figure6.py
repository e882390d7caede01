"""Draw Figure 6: |cos θ| against γ along the paths between the images of the pairs."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.jobs import run_job
from fcflow.paper.imagenet import TABLE7
from fcflow.paper.imagenet_figures import draw_compression_along_paths
from fcflow.paper.style import save_figure, style


def step(job):
    with style():
        figure = draw_compression_along_paths(
            read_table(job.input.table, TABLE7), **json.loads(job.params.config)
        )
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
