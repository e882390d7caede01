"""Read the images as the network is to see them."""

from fcflow.experiments.images.imagenet.prepare import prepare_images
from fcflow.steps import run

run(prepare_images, snakemake)  # noqa: F821
