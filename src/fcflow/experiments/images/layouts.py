"""How tables of pairs, paths and averages are shown: attacks are columns, and notes below."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from fcflow.experiments.images.columns import KEY
from fcflow.experiments.images.entries import measure_labels
from fcflow.experiments.images.pair_table import LEAST, Way, wide
from fcflow.paper.render import Layout, interval

_LABELS = {
    "abs_cos_theta": "|cos θ| at x1",
    "mean_abs_cos": "|cos θ| averaged over the path",
    "half_distance": "half distance ‖x1 − x2‖/2",
    "expected_ratio": "‖e‖/half if g were linear: D̃ flip/half",
    "gap_share": "−g(x2)/g(x1)",
    "test_accuracy": "test accuracy",
    "paired": "pairs / images classified correctly that could begin one",
    "norm": "‖e‖",
    "ratio": "‖e‖/half",
    "difference": "|‖e‖/half − |cos θ||",
    "distance_ratio": "‖e‖/‖x1 − x2‖",
    "predicted_over_norm": "|D̃| / ‖e‖",
    "prediction_error": "||D̃| / ‖e‖ − 1|",
    "flip_over_norm": "D̃ flip / ‖e‖",
    "ratio_cos": "‖e‖/half and |cos θ|",
    "ratio_expected": "‖e‖/half and D̃ flip/half",
    "length_predicted": "‖e‖ and |D̃|",
    "length_flip": "‖e‖ and D̃ flip",
    "succeeded": "succeeded",
}
_KINDS = {
    "network": "networks",
    "average": "averages",
    "correlation": "correlations",
    "success": "success",
}


def pair_layout(
    rows: pd.DataFrame,
    title: str,
    notes: Sequence[str],
    *,
    ways: Sequence[Way],
    before: Mapping[str, str],
    after: Mapping[str, str],
    average: str,
) -> tuple[pd.DataFrame, Layout]:
    """Return pairs as shown: one row each for those that have a place, norms by attack, averages.

    Parameters
    ----------
    rows : DataFrame
        As :data:`PAIR_TABLE`.
    title, notes
    ways : sequence of Way
        Whose norms are shown.
    before, after : mapping
        Further columns beside the norms, with their headings; the first one names the pair.
    average : str
        The heading of the last row, averages over all pairs in ``rows``.
    """
    pairs = wide(rows)
    first, *others = before
    numbers = [*others, *(way.column for way in ways), *after]
    mean = pairs[numbers].mean().to_frame().T.assign(**{first: average})
    placed = pairs[pairs["place"] > 0].sort_values("place")
    placed[first] = placed["place"].astype(str) if first == "place" else placed[first]
    shown = pd.concat([placed, mean], ignore_index=True)[[first, *numbers]]
    labels = {**before, **{way.column: way.label for way in ways}, **after}
    spanners: dict[str, list[str]] = {}
    mixed = len({way.box for way in ways}) > 1
    for way in ways:
        box = ", pixels in [0, 1]" if way.box and mixed else ""
        spanners.setdefault(f"‖e‖, {way.aim}{box}", []).append(way.column)
    return shown, Layout(title, labels, spanners, [note for note in notes if note])


def quadrature_note(rows: pd.DataFrame) -> str:
    """Return how exact the path integrals of these pairs are."""
    if rows.empty:
        return ""
    pairs = rows.drop_duplicates(KEY)
    short = [f"{row['name1']}–{row['name2']}" for _, row in pairs[~pairs["converged"]].iterrows()]
    beyond = (
        f"; NOT within the tolerance with the gradients allowed: {', '.join(short)}"
        if short
        else ""
    )
    return (
        f"Path integrals are within {pairs['relative_error'].max():.2%} of g(x1) − g(x2), with "
        f"{pairs['n_gradients'].min()} to {pairs['n_gradients'].max()} gradients a pair{beyond}."
    )


def path_layout(
    rows: pd.DataFrame,
    title: str,
    notes: Sequence[str],
    *,
    name: Callable[[Any], str],
    all_pairs: bool,
    decimals: int = 4,
) -> tuple[pd.DataFrame, Layout]:
    """Return cosines as shown: one column a pair that has a place, and averages over γ below.

    Parameters
    ----------
    rows : DataFrame
        As :data:`PATH_TABLE`.
    title, notes
    name : callable
        From a pair's row to its heading.
    all_pairs : bool
        Whether a last column has the mean |cos θ| over all pairs.
    decimals : int
    """
    placed = rows[rows["place"] > 0]
    columns = placed.pivot(index="gamma", columns="place", values="cos_theta")
    pairs = placed.drop_duplicates("place").sort_values("place")
    labels = {str(row["place"]): name(row) for _, row in pairs.iterrows()}
    spanners = {"cos θ at x1 + γ (x2 − x1)": list(labels)} if labels else {}
    if all_pairs:
        columns["all"] = rows["cos_theta"].abs().groupby(rows["gamma"]).mean()
        labels["all"] = f"mean |cos θ|, all {len(rows.drop_duplicates(KEY))} pairs"
    shown = pd.concat([columns, columns.mean().to_frame().T], ignore_index=True)
    shown.columns = [str(column) for column in shown.columns]
    shown.insert(0, "gamma", [*(f"{gamma:.3g}" for gamma in columns.index), "average"])
    kept = [note for note in notes if note]
    return shown, Layout(title, {"gamma": "γ"} | labels, spanners, kept, decimals=decimals)


def statistics_layout(
    rows: pd.DataFrame, title: str, notes: list[str], level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the statistics as shown: of each attack a few, of the shortest perturbations all."""
    of_shortest = rows["attack"].eq(LEAST) & rows["criterion"].eq("pair")
    few = rows["quantity"].isin(["ratio", "prediction_error", "succeeded"])
    detailed = rows["attack"].eq("") | of_shortest | few
    shown = rows[detailed].sort_values(
        "kind", key=lambda kind: kind.map(_rank(_KINDS)), kind="stable"
    )
    shown = shown.assign(
        kind=shown["kind"].map(_KINDS),
        label=shown["quantity"].map(_LABELS | measure_labels()),
        perturbation=[_told(row) for _, row in shown.iterrows()],
        interval=[interval(row) for _, row in shown.iterrows()],
    )
    labels = {
        "kind": "",
        "label": "quantity",
        "perturbation": "perturbation",
        "estimate": "rebuilt",
        "interval": f"{level:.0%} interval",
        "n": "n",
        "lowest_network": "lowest",
        "highest_network": "highest",
    }
    spanners = {"networks' own": ["lowest_network", "highest_network"]}
    return shown, Layout(title, labels, spanners, [note for note in notes if note], integers=["n"])


def _rank(names: Mapping[str, str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _told(row: Any) -> str:
    if not row["attack"]:
        return ""
    way = Way(row["attack"], row["criterion"], bool(row["box"]))
    return f"{way.label}, {way.aim}{', pixels in [0, 1]' if way.box else ''}"
