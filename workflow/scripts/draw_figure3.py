"""Draw Figure 3: sevens, blocked, perturbed, and the perturbations."""

import pandas as pd

from fcflow.artifacts.arrays import read_arrays
from fcflow.artifacts.tables import read_table
from fcflow.experiments.mnist.schemas import ATTACKS, EXPERIMENTS, NETWORKS, PAIRS, PERTURBATIONS
from fcflow.jobs import run_job
from fcflow.paper.mnist_figures import draw_figure3
from fcflow.paper.style import save_figure, style


def _by_image(files, names, producer):
    """Return each array by network and image."""
    found = {name: {} for name in names if name != "image"}
    for network, file in enumerate(files):
        arrays = read_arrays(file, names, producer=producer)
        for name, images in found.items():
            images |= {
                (network, int(i)): one for i, one in zip(arrays["image"], arrays[name], strict=True)
            }
    return found


def step(job):
    experiments, networks = (
        read_table(job.input.experiments, EXPERIMENTS),
        read_table(job.input.networks, NETWORKS),
    )
    attacks = pd.concat([read_table(path, ATTACKS) for path in job.input.attacks])
    images = _by_image(job.input.pairs, PAIRS, "block_mnist")
    images |= _by_image(job.input.perturbations, PERTURBATIONS, "attack_mnist")
    with style():
        figure = draw_figure3(experiments, attacks, **images, networks=networks)
        save_figure(figure, job.output.svg, job.output.pdf, job.output.png)


run_job(step, snakemake)  # noqa: F821
