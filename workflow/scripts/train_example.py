"""Train the two-dimensional example of Figure 1."""

from fcflow.jobs import run

run("fcflow.experiments.theory.figure1.example:train_example", snakemake)  # noqa: F821
