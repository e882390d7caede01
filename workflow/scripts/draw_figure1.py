"""Draw Figure 1 from the two-dimensional example."""

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table
from fcflow.experiments.theory.schemas import EXAMPLE, EXAMPLE_ARRAYS
from fcflow.jobs import run_job
from fcflow.paper.figure1 import draw_figure1
from fcflow.paper.style import save_figure, style


def step(job):
    arrays = read_arrays(job.input.arrays, EXAMPLE_ARRAYS, producer="train_example")
    with style():
        figure = draw_figure1(read_table(job.input.rows, EXAMPLE), **arrays)
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
