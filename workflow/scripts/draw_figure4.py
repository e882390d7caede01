"""Draw Figure 4: the first images of the pairs, perturbed, and their perturbations."""

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table
from fcflow.experiments.imagenet.schemas import ATTACKS, PAIRS, PERTURBATIONS, PIXELS
from fcflow.jobs import run_job
from fcflow.paper.imagenet_figures import draw_perturbed_images
from fcflow.paper.style import save_figure, style


def step(job):
    attacks = pd.concat(
        [read_table(path, ATTACKS) for path in job.input.attacks], ignore_index=True
    )
    parts = [
        read_arrays(path, PERTURBATIONS, producer="attack_imagenet")
        for path in job.input.perturbations
    ]
    perturbations = {
        int(n): delta
        for part in parts
        for n, delta in zip(part["pair"], part["delta"], strict=True)
    }
    pixels = read_arrays(job.input.pixels, PIXELS, producer="prepare_imagenet")["pixels"]
    pairs = read_table(job.input.pairs, PAIRS)
    with style():
        figure = draw_perturbed_images(pairs, attacks, pixels, perturbations)
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
