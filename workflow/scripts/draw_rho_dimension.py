"""Draw ρ of ReLU networks against the dimension, one series a depth."""

from fcflow.artifacts.tables import read_table
from fcflow.jobs import run_job
from fcflow.paper.relu import EXTENSIONS
from fcflow.paper.relu_figures import draw_rho_against_dimension
from fcflow.paper.style import save_figure, style


def step(job):
    with style():
        figure = draw_rho_against_dimension(read_table(job.input.extensions, EXTENSIONS))
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
