"""The tables that claims are decided from, by short name. Imports nothing: Snakemake reads it when it plans."""

ARTIFACTS = {
    "theorem1": "results/tables/theorem1.parquet",
    "lemma2": "results/tables/lemma2.parquet",
    "lemma3": "results/tables/lemma3.parquet",
    "theorem4": "results/tables/theorem4.parquet",
    "theorem5": "results/tables/theorem5.parquet",
    "theorem6": "results/tables/theorem6.parquet",
    "theorem7": "results/tables/theorem7.parquet",
    "first_order": "results/tables/first_order.parquet",
    "identity": "results/tables/identity.parquet",
}
