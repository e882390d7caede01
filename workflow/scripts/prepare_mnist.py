"""Read the digits and draw which ones the networks are trained on and tested on."""

from fcflow.jobs import run

run("fcflow.experiments.images.mnist.prepare:prepare_digits", snakemake)  # noqa: F821
