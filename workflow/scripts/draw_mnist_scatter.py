"""Draw the least perturbation of every pair against what compression predicts."""

from fcflow.artifacts.tables import read_table
from fcflow.experiments.mnist.schemas import EXPERIMENTS, NETWORKS
from fcflow.jobs import run_job
from fcflow.paper.mnist import STATISTICS
from fcflow.paper.mnist_figures import draw_mnist_scatter
from fcflow.paper.style import save_figure, style


def step(job):
    experiments, networks = (
        read_table(job.input.experiments, EXPERIMENTS),
        read_table(job.input.networks, NETWORKS),
    )
    statistics = read_table(job.input.statistics, STATISTICS)
    with style():
        figure = draw_mnist_scatter(experiments, statistics, networks)
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
