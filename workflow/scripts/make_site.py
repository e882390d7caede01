"""Make the site's pages, and the same pages in one file."""

from fcflow.jobs import run_job

run_job("fcflow.site.make:make_site", snakemake)  # noqa: F821
