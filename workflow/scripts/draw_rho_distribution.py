"""Draw the distribution of ρ over Table 3's networks."""

from fcflow.artifacts.tables import read_table
from fcflow.experiments.relu.schemas import EXPERIMENTS, SEGMENTS
from fcflow.jobs import run_job
from fcflow.paper.relu_figures import draw_rho_distribution
from fcflow.paper.style import save_figure, style


def step(job):
    segments, experiments = (
        read_table(job.input.segments, SEGMENTS),
        read_table(job.input.experiments, EXPERIMENTS),
    )
    with style():
        save_figure(
            draw_rho_distribution(segments, experiments),
            job.output.svg,
            job.output.pdf,
            job.output.png,
        )


run_job(step, snakemake)  # noqa: F821
