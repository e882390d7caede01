"""Train the two-dimensional example of Figure 1."""

from fcflow.experiments.theory.figure1.example import train_example
from fcflow.steps import run

run(train_example, snakemake)  # noqa: F821
