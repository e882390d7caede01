"""Draw Figure 5: the second images of the pairs, and the directions to them."""

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table
from fcflow.experiments.imagenet.schemas import PAIRS, PIXELS
from fcflow.jobs import run_job
from fcflow.paper.imagenet_figures import draw_other_images
from fcflow.paper.style import save_figure, style


def step(job):
    pixels = read_arrays(job.input.pixels, PIXELS, producer="prepare_imagenet")["pixels"]
    with style():
        figure = draw_other_images(read_table(job.input.pairs, PAIRS), pixels)
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
