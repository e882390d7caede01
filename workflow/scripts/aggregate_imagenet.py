"""Join everything that was measured on the pairs of images, one row a pair."""

from fcflow.artifacts.tables import read_metadata, read_table, write_table
from fcflow.experiments.imagenet.aggregate import aggregate_imagenet
from fcflow.experiments.imagenet.schemas import ATTACKS, EXPERIMENTS, PAIRS, PATHS
from fcflow.jobs import run_job


def step(job):
    stages = {"paths": PATHS, "attacks": ATTACKS}
    tables = {
        name: [read_table(path, schema) for path in job.input[name]]
        for name, schema in stages.items()
    }
    rows = aggregate_imagenet(read_table(job.input.pairs, PAIRS), **tables)
    config = {path: read_metadata(path)["config"] for path in job.input}
    write_table(rows, job.output.experiments, EXPERIMENTS, config=config)


run_job(step, snakemake)  # noqa: F821
