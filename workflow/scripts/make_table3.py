"""Make Table 3: ρ along the segment, beside the published values."""

import json

from fcflow.artifacts.tables import read_table
from fcflow.experiments.relu.schemas import EXPERIMENTS, SEGMENTS
from fcflow.jobs import run_job
from fcflow.paper.relu import TABLE3, table3
from fcflow.paper.relu_layouts import table3_layout
from fcflow.paper.write import write_formats


def step(job):
    config = json.loads(job.params.config)
    wanted = config.pop("wanted")
    experiments, segments = (
        read_table(job.input.experiments, EXPERIMENTS),
        read_table(job.input.segments, SEGMENTS),
    )
    rows = table3(segments, experiments, **config)
    layout = table3_layout(rows, experiments, level=config["level"], wanted=wanted)
    write_formats(rows, *layout, job.output, TABLE3, config)


run_job(step, snakemake)  # noqa: F821
