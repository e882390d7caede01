"""Make Table 5: the first sevens, their compression and least perturbations."""

from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.experiments.mnist.schemas import EXPERIMENTS, NETWORKS
from fcflow.jobs import run_job
from fcflow.paper.mnist import TABLE5, table5
from fcflow.paper.mnist_layouts import table5_layout
from fcflow.paper.write import write_formats


def step(job):
    experiments, networks = (
        read_table(job.input.experiments, EXPERIMENTS),
        read_table(job.input.networks, NETWORKS),
    )
    rows = table5(experiments)
    config = read_metadata(job.input.experiments)["config"]
    write_formats(rows, *table5_layout(rows, networks), job.output, TABLE5, config)


run_job(step, snakemake)  # noqa: F821
