"""How statistics over all pairs are shown: of networks, pairs, attacks and predictions."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.images.entries import measure_labels
from fcflow.experiments.images.pair_table import LEAST, Way
from fcflow.paper.estimates import beside, wide
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import Cell, Row, number, percent, with_interval

_LABELS = {
    "test_accuracy": "test accuracy",
    "paired": "share of correctly classified images that begin a pair",
    "abs_cos_theta": "|cos θ| at x1",
    "mean_abs_cos": "|cos θ| averaged over the path",
    "half_distance": "half the distance, ‖x1 − x2‖/2",
    "expected_ratio": "‖e‖/half if the gap fell at one rate: D̃ to the boundary/half",
    "gap_share": "gap at x2 over that at x1, −g(x2)/g(x1)",
    "norm": "‖e‖",
    "ratio": "‖e‖/half",
    "difference": "|‖e‖/half − |cos θ||",
    "distance_ratio": "‖e‖/‖x1 − x2‖",
    "predicted_over_norm": "|D̃| / ‖e‖",
    "prediction_error": "||D̃| / ‖e‖ − 1|",
    "flip_over_norm": "D̃ to the boundary / ‖e‖",
    "ratio_cos": "correlation of ‖e‖/half and |cos θ|",
    "ratio_expected": "correlation of ‖e‖/half and D̃ to the boundary/half",
    "length_predicted": "correlation of ‖e‖ and |D̃|",
    "length_flip": "correlation of ‖e‖ and D̃ to the boundary",
}
_KINDS = {"network": "networks", "average": "averages over pairs"}
_ACCURACY = 3  # decimals
_OF_ATTACKS = ("succeeded", "norm", "ratio", "prediction_error")


def statistics_layout(
    rows: pd.DataFrame, title: str, notes: Sequence[str], level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the statistics as shown, in three tables.

    The first is of networks and pairs, whatever attacks them; then attacks, a row each; then what
    goes with the shortest perturbations of all attacks that put x2's class ahead.
    """
    names = _LABELS | measure_labels()
    names |= {str(one): str(one) for one in rows["quantity"] if one not in names}  # a user's
    spread = bool(rows["lowest_network"].lt(rows["highest_network"]).any())
    of_pairs = rows[rows["attack"].eq("")]
    estimates = [_estimate(row) for row in of_pairs.to_dict("records")]
    first = beside(of_pairs).assign(
        estimate=pd.Series(estimates, of_pairs.index, dtype=object),
        kind=of_pairs["kind"].map(_KINDS),
        label=of_pairs["quantity"].map(names),
    )
    below = [
        panel
        for panel in (_attacks(rows, level), _shortest(rows, level, names, spread))
        if len(panel.shown)
    ]
    layout = Layout(
        title,
        {"kind": "", "label": "quantity"} | _numbers(level, spread),
        _spanners(spread),
        [note for note in notes if note],
        integers=["n"],
        groups="kind",
        below=below,
    )
    return first, layout


def _estimate(row: Row) -> Cell:
    """Return an estimate with its interval, an accuracy in no more digits than one image moves."""
    value, low, high = row["estimate"], row["low"], row["high"]
    if row["quantity"] != "test_accuracy" or pd.isna(low) or pd.isna(high):
        return with_interval(value, low, high)
    shown, least, most = (number(one, decimals=_ACCURACY) for one in (value, low, high))
    return Cell(shown, f"[{least}, {most}]")


def _numbers(level: float, spread: bool) -> dict[str, str]:
    labels = {"estimate": f"rebuilt [{percent(level)} interval]", "n": "n"}
    return labels | ({"lowest_network": "lowest", "highest_network": "highest"} if spread else {})


def _spanners(spread: bool) -> dict[str, list[str]]:
    return {"networks' own": ["lowest_network", "highest_network"]} if spread else {}


def _attacks(rows: pd.DataFrame, level: float) -> Panel:
    """Return a row for each attack: success, norm, ratio, and how far D̃ is from the norm."""
    own = rows[rows["attack"].ne("") & rows["quantity"].isin(_OF_ATTACKS)]
    labels = {
        "aim": "",
        "name": "attack",
        "succeeded": "succeeded",
        "norm": "‖e‖",
        "ratio": "‖e‖/half",
        "prediction_error": "||D̃| / ‖e‖ − 1|",
    }
    if own.empty:
        return Panel(pd.DataFrame(columns=list(labels)), Layout("", labels))
    table = wide(own, ["attack", "criterion", "box"])
    ways = [Way(*row) for row in table[["attack", "criterion", "box"]].itertuples(index=False)]
    table = table.assign(
        aim=[f"{way.aim}, {way.pixels}" for way in ways],
        name=["the shortest of all" if way.attack == LEAST else way.label for way in ways],
        last=[way.attack == LEAST for way in ways],
    ).sort_values(["aim", "last", "name"], ignore_index=True)
    spanners = {
        f"averages over pairs [{percent(level)} interval]": ["norm", "ratio", "prediction_error"]
    }
    title = "Attacks, by what they have to reach"
    return Panel(
        table.reindex(columns=[*table.columns, *(c for c in labels if c not in table)]),
        Layout(title, labels, spanners, groups="aim"),
    )


def _shortest(rows: pd.DataFrame, level: float, names: dict[str, str], spread: bool) -> Panel:
    """Return what the shortest perturbations go with."""
    own = rows[rows["attack"].eq(LEAST) & rows["criterion"].eq("pair")]
    own = own[~own["quantity"].isin(_OF_ATTACKS)]
    pixels = [Way(LEAST, "pair", box).pixels for box in own["box"]]
    shown = beside(own).assign(pixels=pixels, label=own["quantity"].map(names))
    shown = shown.sort_values("pixels", kind="stable", ignore_index=True)
    labels = {"pixels": "", "label": "quantity"} | _numbers(level, spread)
    title = "The shortest perturbation of all attacks, and what may predict it"
    layout = Layout(title, labels, _spanners(spread), integers=["n"], groups="pixels")
    return Panel(shown, layout)
