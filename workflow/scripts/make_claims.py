"""Decide every claim of the paper and write the ledger."""

import json

from fcflow.jobs import run_job
from fcflow.paper.claims.ledger import LEDGER, ledger, ledger_layout, read_artifacts, summary
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    rows = ledger(read_artifacts(dict(job.input.items())))
    write_formats(rows, *ledger_layout(rows, config["level"]), job.output, LEDGER, config)
    print(summary(rows))  # noqa: T201


run_job(step, snakemake)  # noqa: F821
