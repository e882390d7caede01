"""Speed, measured against a straightforward implementation in the same process.

``make bench`` runs everything on one core, prints it as tables and writes
``results/benchmarks/*.parquet``.
"""
