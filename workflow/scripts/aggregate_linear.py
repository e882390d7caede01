"""Join everything that was measured on the linear networks, one row a run."""

from fcflow.artifacts.tables import read_metadata, read_table, write_table
from fcflow.experiments.hypercube.schemas import PROBLEMS
from fcflow.experiments.linear.aggregate import aggregate_linear
from fcflow.experiments.linear.schemas import ATTACKS, EXPERIMENTS, PROBES, TRAINING
from fcflow.jobs import run_job


def step(job):
    stages = {"problems": PROBLEMS, "training": TRAINING, "probes": PROBES, "attacks": ATTACKS}
    tables = {
        name: [read_table(path, schema) for path in job.input[name]]
        for name, schema in stages.items()
    }
    config = {path: read_metadata(path)["config"] for path in job.input}
    write_table(aggregate_linear(**tables), job.output.experiments, EXPERIMENTS, config=config)


run_job(step, snakemake)  # noqa: F821
