"""Make the documentation's pages: the guides, and the API from docstrings."""

from fcflow.jobs import run_job

run_job("fcflow.site.documentation:make_docs", snakemake)  # noqa: F821
