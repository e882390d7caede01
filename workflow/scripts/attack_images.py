"""Attack the first image of each pair in every way that the configuration names."""

from fcflow.jobs import run

run("fcflow.experiments.images.attack:attack_pairs", snakemake)  # noqa: F821
