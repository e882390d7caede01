"""Make the table of section 5's identity over every network whose path was integrated."""

import json

from fcflow.jobs import run_job
from fcflow.paper.identity import IDENTITY, identity_layout, identity_table, read_paths
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    paths = {
        experiment: read_paths(experiment, job.input[experiment])
        for experiment in config["experiments"]
    }
    rows = identity_table(paths)
    write_formats(rows, *identity_layout(rows), job.output, IDENTITY, config)


run_job(step, snakemake)  # noqa: F821
