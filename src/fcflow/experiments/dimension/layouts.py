"""How the tables of the dimension laws are shown."""

import pandas as pd

from fcflow.experiments.dimension.selection import FEWEST, kind_name, missed
from fcflow.paper.estimates import beside, wide
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import percent
from fcflow.paper.phrases import share

_PROTOCOLS = {
    "protocol_linear": "linear, 20 epochs over the points",
    "protocol_relu": "ReLU, 1 hidden layer, its study's epochs and width",
}
_SHOWN = {
    "kind": "network",
    "d": "d",
    "counted": "trained",
    "fresh_accuracy": "accuracy of all",
    "phi": "φ",
    "abs_cos_theta": "|cos θ1|",
    "ratio": "|cos θ1|/φ",
    "margin_ratio": "over the widest margin's",
    "certified_share": "certified",
    "found_share": "found",
}
_QUANTITIES = {
    "abs_cos_theta": "|cos θ1|",
    "phi": "φ",
    "margin_cosine": "|cos θ1| of the widest margin",
    "found_share": "‖e‖ found, over the best possible",
    "certified_share": "‖e‖ certified, over the best possible",
    "ratio": "|cos θ1|/φ, run by run",
    "margin_ratio": "|cos θ1| over the widest margin's, run by run",
    "typical_cosine": "|cos θ1| at the average φ",
    "power_cosine": "not of d: of φ in |cos θ1|, at one d",
    "typical_share": "‖e‖ found, over the best possible, at the average φ",
    "power_share": "not of d: of φ in ‖e‖ found, over the best possible, at one d",
}
_LAW = {"ratio": 0.0, "margin_ratio": 0.0, "power_cosine": 1.0, "power_share": 1.0}


def laws_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the averages as shown: a row a study and d, and the papers' protocol below."""
    protocol = rows["study"].isin(_PROTOCOLS)
    fresh, theirs = rows[~protocol], rows[protocol]
    notes = [
        f"{kind_name(name)}: {text}"
        for name in runs["study"].unique()
        for text in [missed(runs, name)]
        if text
    ]
    widths = runs.groupby("study", sort=False)["hidden"].first()
    named = ", ".join(f"{kind_name(str(name))}: {width}" for name, width in widths.items())
    notes += [
        f"Units of a hidden layer: {named}.",
        (
            f"Averages over trained runs with {percent(level)} intervals (bootstrap over runs);"
            " ratios are geometric means of each run's own. Accuracy is over all runs."
        ),
        (
            "Trained: no error on held-out fresh points at the end, as many as the stated tolerance"
            " and confidence ask for; at small d the same corners are drawn in training. Matrices"
            " with a small φ are the hard ones, so averages over trained runs favour a large φ;"
            " ratios depend less on that, not at all where |cos θ1| is in proportion to φ."
        ),
        (
            "Certified and found: between which the least perturbation lies, over half the distance"
            " to the nearest point of the other class, which the best possible classifier"
            " tolerates."
        ),
    ]
    labels = {name: label for name, label in _SHOWN.items() if name != "kind"}
    layout = Layout(
        "Dimension laws on networks that classify fresh points",
        {"kind": "network", **labels},
        {"‖e‖ over the best possible": ["certified_share", "found_share"]},
        notes,
        integers=["d"],
        groups="kind",
        below=[_protocol_panel(theirs)] if len(theirs) else [],
    )
    return _shown(fresh, "trained", kind_name), layout


def _protocol_panel(rows: pd.DataFrame) -> Panel:
    labels = {
        "kind": "network",
        "d": "d",
        "counted": "valid",
        "fresh_accuracy": "accuracy on fresh points",
        "phi": "φ",
        "abs_cos_theta": "|cos θ1|",
        "ratio": "|cos θ1|/φ",
    }
    notes = [
        "The papers' protocol: valid is accuracy 1 on the points trained on, all 2^d of them up to"
        " a limit and a sample beyond. Accuracy is over all runs, the other columns over valid"
        " ones; of ReLU networks |cos θ1| is ρ."
    ]
    title = "The papers' protocol, beside"
    layout = Layout(title, labels, notes=notes, integers=["d"], groups="kind")
    return Panel(_shown(rows, "valid", _PROTOCOLS.__getitem__), layout)


def _shown(rows: pd.DataFrame, counted: str, name: object) -> pd.DataFrame:
    """Return a row a study and d, with a column for each quantity."""
    kept = rows[(rows["runs"] == counted) | (rows["quantity"] == "fresh_accuracy")]
    kept = kept[~((kept["quantity"] == "fresh_accuracy") & (kept["runs"] != "all"))]
    table = wide(kept, ["study", "d"])
    columns = [f"{column}{end}" for column in _SHOWN for end in ("", "_low", "_high")]
    needed = [column for column in columns if column not in table]
    table = table.assign(**dict.fromkeys(needed, float("nan")))
    rates = rows[rows["quantity"] == f"{counted}_rate"].set_index(["study", "d"])
    order = {study: place for place, study in enumerate(dict.fromkeys(rows["study"]))}
    table = table.sort_values(["study", "d"], key=lambda one: one.map(order).fillna(one))
    keys = list(zip(table["study"], table["d"], strict=True))
    counts = [share(rates.loc[key]) for key in keys]
    kinds = [name(study) for study in table["study"]]  # type: ignore[operator]
    return table.assign(kind=kinds, counted=counts)


def exponents_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the exponents as shown: each with its interval and what theory says."""
    shown = beside(rows).assign(
        kind=[kind_name(study) for study in rows["study"]],
        label=rows["quantity"].map(_QUANTITIES),
        law=[_LAW.get(quantity, -0.5) for quantity in rows["quantity"]],
        reach=[
            f"{low} to {high}" if high else "–"
            for low, high in zip(rows["d_min"], rows["d_max"], strict=True)
        ],
    )
    labels = {
        "kind": "network",
        "label": "of",
        "estimate": f"exponent [{percent(level)} interval]",
        "law": "theory",
        "reach": "d",
        "n": "networks",
    }
    notes = [
        f"Over dimensions with {FEWEST} trained networks or more; intervals by a bootstrap over"
        " networks at each d.",
        "Which matrices were drawn, and which of them could be trained, moves the averages: the"
        " exponent of φ beside them says how far. At the average φ: beside log d, log(φ/E φ) is"
        " fitted, whose power is the row below: 1 where networks follow φ of the matrix.",
    ]
    layout = Layout(
        "Exponents of d on networks that classify fresh points",
        labels,
        notes=notes,
        integers=["n"],
        plain=["law"],
        groups="kind",
    )
    return shown, layout
