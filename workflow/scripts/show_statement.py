"""Make the table and the figure of one theorem or lemma."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.jobs import run_job
from fcflow.paper.style import save_figure, style
from fcflow.paper.theory.statements import STATEMENTS
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    statement = STATEMENTS[job.wildcards.statement]
    rows = statement.made_from(read_table(job.input.draws, statement.draws), config)
    write_formats(
        rows, *statement.layout(rows, config["level"]), job.output, statement.schema, config
    )
    with style():
        save_figure(statement.draw(rows), job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
