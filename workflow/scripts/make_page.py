"""Make the page of one of the user's own sections."""

from fcflow.jobs import run_job

run_job("fcflow.site.make:make_page", snakemake)  # noqa: F821
