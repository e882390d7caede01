"""Join everything that was measured on the digits: one row a pair, and one row a network."""

import json

from fcflow.artifacts.tables import read_metadata, read_table, write_table
from fcflow.experiments.mnist.aggregate import aggregate_networks, aggregate_pairs
from fcflow.experiments.mnist.schemas import ATTACKS, EXPERIMENTS, MASKS, NETWORKS, PATHS, TRAINING
from fcflow.jobs import run_job


def step(job):
    own = json.loads(job.params.config)
    stages = {"training": TRAINING, "masks": MASKS, "attacks": ATTACKS}
    tables = {
        name: [read_table(path, schema) for path in job.input[name]]
        for name, schema in stages.items()
    }
    config = {
        path: read_metadata(path)["config"] for path in job.input if path.endswith(".parquet")
    } | own
    paths = read_table(job.input.paths, PATHS)
    experiments = aggregate_pairs(tables["masks"], paths, tables["attacks"], **own)
    networks = aggregate_networks(tables["training"], tables["masks"])
    write_table(experiments, job.output.experiments, EXPERIMENTS, config=config)
    write_table(networks, job.output.networks, NETWORKS, config=config)


run_job(step, snakemake)  # noqa: F821
