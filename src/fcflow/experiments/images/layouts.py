"""How tables of pairs and of paths are shown: pairs are rows, and so are attacks below them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from fcflow.experiments.images.columns import KEY
from fcflow.experiments.images.pair_table import LEAST, of_way, shortest_way, ways_of, wide
from fcflow.paper.estimates import shown_as
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import number, percent
from fcflow.stats import Estimate, mean_estimate

LOST = (
    "We could not recover this table's published entries: the paper's text, as it reached us, has"
    " lost their numbers. It shows {pairs} pairs of its own."
)


# Of a pair, whatever names it in the first column of its table.
LENGTHS = {
    "half_distance": "half the distance",
    "least": "‖e‖",
    "ratio": "‖e‖/half",
    "abs_cos_theta": "|cos θ|",
    "predicted_length": "D̃",
    "flip_length": "D̃ to the boundary",
}


def pair_layout(
    rows: pd.DataFrame,
    title: str,
    notes: Sequence[str],
    *,
    labels: Mapping[str, str],
    average: str,
    **statistics: Any,
) -> tuple[pd.DataFrame, Layout]:
    """Return pairs as shown: one row each for those that have a place, averages, attacks below.

    Parameters
    ----------
    rows : DataFrame
        As :data:`~fcflow.experiments.images.pair_table.PAIR_TABLE`.
    title, notes
    labels : mapping
        Columns with their headings; the first one names the pair, and ``least`` is the shortest
        perturbation that puts x2's class ahead of x1's.
    average : str
        The heading of the last row, averages over all pairs in ``rows``.
    **statistics
        ``resamples`` and ``level`` of the averages' intervals, which are over pairs.
    """
    shortest = shortest_way(rows)
    pairs = wide(rows)
    pairs["least"] = pairs[shortest.column] if shortest else float("nan")
    first, *numbers = labels
    means: dict[str, Any] = {first: average}
    for column in numbers:
        estimate = mean_estimate(pairs[column].dropna(), **statistics)
        means |= shown_as(column, estimate)
    placed = pairs[pairs["place"] > 0].sort_values("place")
    placed[first] = placed["place"].astype(str) if first == "place" else placed[first]
    shown = pd.concat([placed, pd.DataFrame([means])], ignore_index=True)
    for column in numbers:
        shown[column] = shown[column].astype(np.float64)
    below = [attack_panel(rows, average, **statistics)] if len(pairs) else []
    kept = [note for note in notes if note]
    return shown, Layout(title, labels, notes=kept, totals=1, below=below)


def attack_panel(rows: pd.DataFrame, average: str, **statistics: Any) -> Panel:
    """Return ‖e‖ by attack: a row each, with its success, the pairs shown, and the average."""
    places = sorted(set(rows.loc[rows["place"] > 0, "place"]))
    records = []
    for way in sorted(ways_of(rows), key=lambda way: (way.aim, way.box, way.attack == LEAST)):
        own = of_way(rows, way)
        norms = own.set_index("place")["norm"]
        records.append(
            {
                "aim": f"{way.aim}, {way.pixels}",
                "attack": "the shortest of all" if way.attack == LEAST else way.label,
                "success": f"{int(own['success'].sum())} of {len(own)}",
                **{f"pair{place}": norms.get(place, float("nan")) for place in places},
                **shown_as("norm", mean_estimate(own["norm"].dropna(), **statistics)),
            }
        )
    labels = {
        "aim": "",
        "attack": "attack",
        "success": "succeeded",
        **{f"pair{place}": str(place) for place in places},
        "norm": average,
    }
    spanners = {"pair": [f"pair{place}" for place in places]} if places else {}
    title = f"‖e‖ by attack and by what it has to reach [{percent(statistics['level'])} interval]"
    return Panel(pd.DataFrame(records), Layout(title, labels, spanners, groups="aim"))


def answer_note(rows: pd.DataFrame) -> str:
    """Return how much less any other answer needs than one given class, where both are known."""
    shortest = shortest_way(rows)
    if shortest is None:
        return ""
    norms = [
        of_way(rows, shortest._replace(criterion=aim))["norm"].dropna()
        for aim in ("pair", "argmax")
    ]
    if any(own.empty for own in norms):
        return ""
    ahead, answer = (number(own.mean()) for own in norms)
    return (
        f"To put one given class ahead takes ‖e‖ = {ahead} on average, {shortest.pixels}; any other"
        f" answer needs {answer}."
    )


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
    counts = sorted({pairs["n_gradients"].min(), pairs["n_gradients"].max()})
    error = number(100 * pairs["relative_error"].max(), digits=2)
    return (
        f"Path integrals are within {error} % of g(x1) − g(x2), with"
        f" {' to '.join(map(str, counts))} gradients a pair{beyond}."
    )


def path_layout(
    rows: pd.DataFrame,
    title: str,
    notes: Sequence[str],
    *,
    every: pd.DataFrame,
    name: Callable[[Any], str],
    size: bool = False,
    **statistics: Any,
) -> tuple[pd.DataFrame, Layout]:
    """Return cosines as shown: one column a pair that has a place, and the mean over all pairs.

    Parameters
    ----------
    rows : DataFrame
        As :data:`~fcflow.experiments.images.path_table.PATH_TABLE`.
    title, notes
    every : DataFrame
        The same of all pairs.
    name : callable
        From a pair's row to its heading.
    size : bool
        Whether the mean is of |cos θ|.
    **statistics
        ``resamples`` and ``level`` of the mean's interval: over networks, or over pairs where there
        is one network.
    """
    placed = rows[rows["place"] > 0]
    columns = placed.pivot(index="gamma", columns="place", values="cos_theta")
    pairs = placed.drop_duplicates("place").sort_values("place")
    labels = {str(row["place"]): name(row) for _, row in pairs.iterrows()}
    columns.columns = [str(column) for column in columns.columns]
    cosines = every.assign(cos_theta=every["cos_theta"].abs()) if size else every
    records = [
        {"gamma": f"{gamma:.3g}", **columns.loc[gamma], **_mean(cosines, gamma, **statistics)}
        for gamma in columns.index
    ]
    of_paths = cosines.groupby(KEY, as_index=False)["cos_theta"].mean().assign(gamma=0.0)
    averages = {"gamma": "average", **columns.mean(), **_mean(of_paths, 0.0, **statistics)}
    shown = pd.DataFrame([*records, averages])
    spanners = {"cos θ at x1 + γ (x2 − x1)": list(labels)} if labels else {}
    count = len(every.drop_duplicates(KEY))
    mean = f"mean {'|cos θ|' if size else 'cos θ'} of all {count} pairs"
    headings = {"gamma": "γ", **labels, "all": f"{mean} [{percent(statistics['level'])} interval]"}
    signed = (
        "The row “average” is of cos θ with its sign for each pair, of |cos θ| in the last column."
    )
    kept = [note for note in [*notes, signed * (size and bool(labels))] if note]
    return shown, Layout(title, headings, spanners, kept, totals=1)


def _mean(every: pd.DataFrame, gamma: float, **statistics: Any) -> dict[str, float]:
    own = every[every["gamma"] == gamma]
    values = own["cos_theta"].dropna()
    if len(set(own["network"])) > 1:
        values = own.groupby("network")["cos_theta"].mean().dropna()
    estimate: Estimate = mean_estimate(values, **statistics)
    return shown_as("all", estimate)
