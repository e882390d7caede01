"""Read the images as the network is to see them."""

from fcflow.jobs import run

run("fcflow.experiments.images.imagenet.prepare:prepare_images", snakemake)  # noqa: F821
