"""Deciding single claims from tables by their short names."""

from fcflow.paper.claims.ledger import claims, ledger

# The tables that claims are decided from, by the short names that these tests call them.
PATHS = {
    "table1": "results/tables/table1.parquet",
    "table2": "results/tables/table2.parquet",
    "batch_size": "results/tables/batch_size.parquet",
    "linear_experiments": "results/linear/experiments.parquet",
    "dimension_slopes": "results/tables/dimension_slopes.parquet",
    "table3": "results/tables/table3.parquet",
    "table4_averages": "results/tables/table4_averages.parquet",
    "relu_experiments": "results/relu/experiments.parquet",
    "segments": "results/relu/table3/segments.parquet",
    "relu_points": "results/relu/table4/points.parquet",
    "relu_slopes": "results/tables/relu_slopes.parquet",
    "dimension_runs": "results/dimension/runs.parquet",
    "dimension_points": "results/dimension/points.parquet",
    "mnist": "results/tables/mnist.parquet",
    "mnist_networks": "results/mnist/networks.parquet",
    "table7": "results/tables/table7.parquet",
    "table8": "results/tables/table8.parquet",
    "imagenet": "results/tables/imagenet.parquet",
    "imagenet_networks": "results/imagenet/networks.parquet",
    "theorem1": "results/tables/theorem1.parquet",
    "lemma2": "results/tables/lemma2.parquet",
    "lemma3": "results/tables/lemma3.parquet",
    "theorem4": "results/tables/theorem4.parquet",
    "theorem5": "results/tables/theorem5.parquet",
    "theorem6": "results/tables/theorem6.parquet",
    "theorem7": "results/tables/theorem7.parquet",
    "first_order": "results/tables/first_order.parquet",
    "identity": "results/tables/identity.parquet",
    "initialisation": "results/tables/initialisation.parquet",
    "fo1_resolution": "results/tables/fo1_resolution.parquet",
    "fo2_regularisers": "results/tables/fo2_regularisers.parquet",
    "fo4_pooling": "results/tables/fo4_pooling.parquet",
    "fo_kinks": "results/tables/fo_kinks.parquet",
    "fo_rise": "results/tables/fo_rise.parquet",
    "fo_meeting": "results/tables/fo_meeting.parquet",
    **{
        f"ablations_{room}": f"results/tables/ablations_{room}.parquet"
        for room in (*("data", "training", "architecture", "robust", "explanations"), "certified")
    },
}

BY_ID = {claim.id: claim for claim in claims()}
SCHEMAS = {
    name: located.schema
    for claim in claims()
    for located in claim.reads.values()
    for name, path in PATHS.items()
    if path == located.path
}


def by_path(tables):
    return {PATHS[name]: rows for name, rows in tables.items()}


def reading(name):
    """Return the claims that read a table."""
    return [claim for claim in claims() if PATHS[name] in claim.paths]


def decide(name, tables):
    """Return the finding of a claim."""
    return BY_ID[name].decide(by_path(tables), level=0.95, resamples=1000)


def decide_all(tables):
    """Return the ledger."""
    return ledger(by_path(tables), level=0.95, resamples=1000)


def verdict(name, tables):
    return decide(name, tables).verdict


def changed(tables, name, quantity, value, **others):
    """Return the tables with every estimate of one quantity replaced."""
    rows = tables[name].copy()
    rows.loc[rows["quantity"] == quantity, ["estimate", "low", "high"]] = [
        value,
        value - 0.01,
        value + 0.01,
    ]
    for column, each in others.items():
        rows.loc[rows["quantity"] == quantity, column] = each
    return tables | {name: rows}
