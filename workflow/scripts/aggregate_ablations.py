"""Join what was measured on the networks of all studies."""

from fcflow.jobs import run

run("fcflow.experiments.ablations.aggregate:aggregate_studies", snakemake)  # noqa: F821
