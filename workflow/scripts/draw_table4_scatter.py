"""Draw ‖e‖/‖a‖ against |cos θ| of every attacked point of Table 4."""

from fcflow.artifacts.tables import read_table
from fcflow.experiments.relu.schemas import POINTS
from fcflow.jobs import run_job
from fcflow.paper.relu_figures import draw_ratio_against_compression
from fcflow.paper.style import save_figure, style


def step(job):
    with style():
        figure = draw_ratio_against_compression(read_table(job.input.points, POINTS))
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
