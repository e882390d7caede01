"""Make Table 6: cos θ along the paths of the first sevens."""

from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.experiments.mnist.schemas import CURVES, EXPERIMENTS, NETWORKS
from fcflow.jobs import run_job
from fcflow.paper.mnist import TABLE6, table6
from fcflow.paper.mnist_layouts import table6_layout
from fcflow.paper.write import write_formats


def step(job):
    experiments, networks = (
        read_table(job.input.experiments, EXPERIMENTS),
        read_table(job.input.networks, NETWORKS),
    )
    rows = table6(read_table(job.input.curves, CURVES), experiments)
    config = read_metadata(job.input.experiments)["config"]
    write_formats(rows, *table6_layout(rows, networks), job.output, TABLE6, config)


run_job(step, snakemake)  # noqa: F821
