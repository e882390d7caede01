"""Figures of the dimension laws, on networks that classify points drawn anew."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.dimension.selection import LINEAR, ONE_LAYER, kind_name
from fcflow.experiments.dimension.table_columns import EXPONENTS, LAWS
from fcflow.experiments.dimension.tables import PROTOCOL_LINEAR, PROTOCOL_RELU
from fcflow.experiments.hypercube.drawing import (
    dimension_ticks,
    draw_estimates,
    draw_expected_ratio,
    set_ticks_within,
    show_plain_numbers,
)
from fcflow.paper.figure import figure
from fcflow.paper.labels import label_ends
from fcflow.paper.numbers import estimate, number
from fcflow.paper.seen import trend
from fcflow.paper.style import AZURE, BLACK, GREEN, GREY, ORANGE, RED, VIOLET, headline

_LOOKS: dict[str, dict[str, Any]] = {
    LINEAR: {"color": VIOLET, "marker": "o"},
    ONE_LAYER: {"color": RED, "marker": "s"},
    "two_layers": {"color": AZURE, "marker": "^"},
    "three_layers": {"color": GREEN, "marker": "v"},
}
_OTHER: dict[str, Any] = {"color": ORANGE, "marker": "P"}
_PROTOCOLS: dict[str, dict[str, Any]] = {
    PROTOCOL_LINEAR: {"color": GREY, "marker": "o", "mfc": "white"},
    PROTOCOL_RELU: {"color": GREY, "marker": "s", "mfc": "white"},
}
_PROTOCOL_NAMES = {
    PROTOCOL_LINEAR: "papers' protocol, linear",
    PROTOCOL_RELU: "papers' protocol, ReLU",
}
# Series at one dimension are set side by side, so that no interval hides another.
_SPREAD = 1.035
_TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_LAW = -0.5
_HOW: dict[str, str] = {
    "as the law": "falls about as 1/√d",
    "falls": "falls with d, but not as 1/√d",
    "grows": "grows with d",
    "unclear": "shows no trend that these networks could tell",
}
_IN_SOME = "does not clearly fall in all"
_KINDS = {LINEAR: "linear", ONE_LAYER: "ReLU (1 layer)"}


@figure(
    "dimension_laws",
    reads={
        "laws": LAWS.at("results/tables/dimension_laws.parquet"),
        "exponents": EXPONENTS.at("results/tables/dimension_exponents.parquet"),
    },
    label="Dimension laws",
    shows="compression where networks classify fresh points",
    caption="Left: how much of the direction that tells two classes apart networks see, |cos θ1|,"
    " against the input dimension d, of those that classify points drawn anew; lines: what theory"
    " predicts on average, E φ, and 1/√d. Middle: the same over φ of each network's own matrix: 1"
    " is what theory says; above it the least and the largest average over d. Hollow grey: the"
    " papers' protocol, over the networks that learned their own points. Right: how many of points"
    " drawn anew a network gets right. Exponents of d are plain ones, of averages over the networks"
    " that could be trained, and then adjusted to matrices with the average φ, which was defined"
    " after the plain ones had been seen: matrices with a small φ are the hard ones to train on, so"
    " that those that could be have a larger φ.",
)
def dimension_laws(laws: pd.DataFrame, exponents: pd.DataFrame) -> Figure:
    """Draw |cos θ1| and its ratio to φ against d, and the accuracy on fresh points."""
    drawn = Figure(figsize=(10.6, 4.3))
    left, middle, right = drawn.subplots(1, 3, width_ratios=[1.15, 1, 0.85])
    own = [study for study in dict.fromkeys(laws["study"]) if study not in _PROTOCOLS]
    ends = draw_expected_ratio(left, laws["d"])
    for place, study in enumerate([*own, *_PROTOCOLS]):
        theirs = study in _PROTOCOLS
        runs = "valid" if theirs else "trained"
        name = _PROTOCOL_NAMES[study] if theirs else kind_name(study)
        look = _PROTOCOLS[study] if theirs else _LOOKS.get(study, _OTHER)
        shift = _SPREAD ** (place - (len(own) + 1) / 2)
        for axes, quantity, counted in (
            (left, "abs_cos_theta", runs),
            (middle, "ratio", runs),
            (right, "fresh_accuracy", "all"),
        ):
            rows = _rows(laws, study, quantity, counted)
            draw_estimates(axes, rows, shift, **look, label=name)
    left.set_ylabel("|cos θ₁|")
    middle.axhline(1.0, color=BLACK, linewidth=0.8)
    middle.set_ylabel("|cos θ₁| / φ, run by run")
    right.set(ylabel="accuracy on fresh points", ylim=(None, 1.02))
    for axes in (left, middle):
        axes.set_yscale("log")
        show_plain_numbers(axes, "y")
        set_ticks_within(axes, _TICKS)
    for axes in (left, middle, right):
        dimension_ticks(axes, laws["d"])
    left.set_title("Compression")
    middle.set_title("\n".join(filter(None, ["Over φ of the same matrix", _reach_of_ratios(laws)])))
    right.set_title("Accuracy of all networks")
    label_ends(left, ends)
    handles, labels = left.get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower left", ncols=3)
    headline(drawn, _seen_of_laws(exponents))
    return drawn


def _rows(laws: pd.DataFrame, study: str, quantity: str, runs: str) -> pd.DataFrame:
    return laws[(laws["study"] == study) & (laws["quantity"] == quantity) & (laws["runs"] == runs)]


def _fit(exponents: pd.DataFrame, study: str, quantity: str) -> "pd.Series[Any] | None":
    rows = exponents[(exponents["study"] == study) & (exponents["quantity"] == quantity)]
    rows = rows.dropna(subset=["estimate"])
    return None if rows.empty else rows.iloc[0]


def _seen_of_laws(exponents: pd.DataFrame) -> str:
    """Return what exponents say of linear and of ReLU networks: plain ones first, then adjusted."""
    needed = ("abs_cos_theta", "phi", "typical_cosine")
    fits = {}
    for study, name in _KINDS.items():
        known = [_fit(exponents, study, quantity) for quantity in needed]
        own = [fit for fit in known if fit is not None]
        if len(own) == len(needed):
            fits[name] = own
    if not fits:
        return "Compression against d: too few networks could be trained on fresh points"
    plain, phi, adjusted = zip(*fits.values(), strict=True)
    named = (f"{name} {estimate(fit)}" for name, fit in zip(fits, plain, strict=True))
    return (
        f"Where networks classify fresh points, |cos θ₁| {_trend_of_all(plain)} (exponents:"
        f" {', '.join(named)}; of φ of their matrices {', '.join(map(estimate, phi))}); adjusted"
        f" to the average φ it {_trend_of_all(adjusted)} ({', '.join(map(estimate, adjusted))})"
    )


def _reach_of_ratios(laws: pd.DataFrame) -> str:
    """Return the least and the largest |cos θ1|/φ over d of each kind of network."""
    ratios = {
        name: _rows(laws, study, "ratio", "trained")["estimate"].dropna()
        for study, name in _KINDS.items()
    }
    return ", ".join(
        f"{name} {' to '.join(number(value) for value in (values.min(), values.max()))}"
        for name, values in ratios.items()
        if len(values)
    )


def _trend_of_all(fits: Sequence[Any]) -> str:
    trends = {trend(fit, _LAW) for fit in fits}
    if len(trends) == 1:
        return _HOW[trends.pop()]
    return "falls, not in all as 1/√d" if trends <= {"as the law", "falls"} else _IN_SOME


@figure(
    "dimension_perturbations",
    reads={
        "laws": LAWS.at("results/tables/dimension_laws.parquet"),
        "exponents": EXPONENTS.at("results/tables/dimension_exponents.parquet"),
    },
    label="Robustness over the best possible",
    shows="least perturbations of networks that classify fresh points",
    caption="The least perturbation ‖e‖ that changes a network's answer, over what the best"
    " possible classifier tolerates at the same points (half the distance to the nearest point of"
    " the other class, by an exact search), against the input dimension d. Networks that classify"
    " points drawn anew. Marks: found, with intervals over networks; short bars: certified, no"
    " shorter perturbation does; linear networks in closed form. Lines: E φ and 1/√d. The exponent"
    " of d is a plain one, of averages over the networks that could be trained, and then adjusted"
    " to matrices with the average φ, which was defined after the plain one had been seen:"
    " matrices with a small φ are the hard ones to train on, so that those that could be have a"
    " larger φ.",
)
def dimension_perturbations(laws: pd.DataFrame, exponents: pd.DataFrame) -> Figure:
    """Draw found and certified least perturbations as a share of the best possible, against d."""
    drawn = Figure(figsize=(6.4, 4.3))
    axes = drawn.subplots()
    shares = laws[laws["quantity"].isin(["found_share", "certified_share"]) & (laws["n"] > 0)]
    dims = shares["d"] if len(shares) else laws["d"]
    ends = draw_expected_ratio(axes, dims)
    studies = list(dict.fromkeys(shares["study"]))
    for place, study in enumerate(studies):
        shift = _SPREAD ** (place - (len(studies) - 1) / 2)
        look = _LOOKS.get(study, _OTHER)
        found = _rows(shares, study, "found_share", "trained")
        draw_estimates(axes, found, shift, **look, label=kind_name(study))
        proved = _rows(shares, study, "certified_share", "trained")
        if study != LINEAR and len(proved):
            bar: dict[str, Any] = {"marker": "_", "markersize": 11, "color": BLACK}
            name = f"certified, {kind_name(study)}"
            bar |= {"linestyle": "none", "zorder": 4, "label": name}
            axes.plot(proved["d"] * shift, proved["estimate"], **bar)
    axes.set_yscale("log")
    dimension_ticks(axes, dims)
    show_plain_numbers(axes, "y")
    set_ticks_within(axes, _TICKS)
    axes.set_ylabel("‖e‖ over the best possible")
    if len(studies):
        axes.legend(loc="lower left")
    label_ends(axes, ends)
    headline(drawn, _seen_of_perturbations(laws, exponents))
    return drawn


def _seen_of_perturbations(laws: pd.DataFrame, exponents: pd.DataFrame) -> str:
    rows = _rows(laws, ONE_LAYER, "found_share", "trained")
    rows = rows[rows["n"] > 0].sort_values("d")
    plain, adjusted, phi = (
        _fit(exponents, ONE_LAYER, quantity) for quantity in ("found_share", "typical_share", "phi")
    )
    if plain is None or adjusted is None or phi is None or rows.empty:
        return "Robustness against d: too few ReLU networks could be trained on fresh points"
    last = rows.iloc[-1]
    return (
        f"A one-layer ReLU network's robustness over the best possible {_HOW[trend(plain, _LAW)]}"
        f" (exponent {estimate(plain)}; of φ of their matrices {estimate(phi)}); adjusted to the"
        f" average φ it {_HOW[trend(adjusted, _LAW)]} ({estimate(adjusted)}); at d = {last['d']}"
        f" it is {number(last['estimate'], digits=2)}"
    )
