"""Draw cos θ along the path of every pair."""

from fcflow.artifacts.tables import read_table
from fcflow.experiments.mnist.schemas import CURVES, EXPERIMENTS, NETWORKS
from fcflow.jobs import run_job
from fcflow.paper.mnist_figures import draw_mnist_paths
from fcflow.paper.style import save_figure, style


def step(job):
    experiments, networks = (
        read_table(job.input.experiments, EXPERIMENTS),
        read_table(job.input.networks, NETWORKS),
    )
    curves = read_table(job.input.curves, CURVES)
    with style():
        figure = draw_mnist_paths(curves, experiments, networks)
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
