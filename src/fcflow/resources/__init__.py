"""What the steps need of a machine, and how they share a cluster's jobs.

Each rule asks for memory, time and, where it can use one, a GPU, as functions of the sizes in the
configuration. Locally, Snakemake only shows them; a cluster's scheduler reserves them.
"""
