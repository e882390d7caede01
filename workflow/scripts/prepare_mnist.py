"""Read the digits and draw which ones the networks are trained on and tested on."""

from fcflow.experiments.images.mnist.prepare import prepare_digits
from fcflow.steps import run

run(prepare_digits, snakemake)  # noqa: F821
