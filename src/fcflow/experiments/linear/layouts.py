"""How the linear experiment's tables are shown: headings, order, and notes on what was counted."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from fcflow.paper import published
from fcflow.paper.estimates import beside, beside_published, shown_as, wide
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import MISSING, percent
from fcflow.paper.phrases import several, share, shortfall, sizes
from fcflow.stats import mean_estimate

_LABELS = {
    "valid_rate": "share of runs that are valid",
    "aligned_rate": "share of valid runs over the limit",
    "abs_cos_theta1": "average of |cos θ1|",
    "phi": "average of φ",
    "difference": "average of ||cos θ1| − φ|",
    "minimal_ratio_mean": "average of ‖e‖/‖a‖",
}
_SYMBOLS = {"abs_cos_theta1": "|cos θ1|", "phi": "φ"}
_PRINTED = 4  # decimals of the published values
_TRAINED = {
    "dimension": "20 epochs, as in the paper",
    "dimension_high": "20 epochs, as in the paper",
    "dimension_longer": "trained longer",
}
_RUNS = {"valid": "valid runs", "all": "all runs", "invalid": "runs that are not valid"}
_NO_VALID_RUN = (
    "NO VALID RUN: none of the {runs} runs reached training accuracy 1, so there is nothing to"
    " average."
)
_RATIO = (
    "‖e‖/‖a‖: the exact least perturbation of the trained network over the feature's length,"
    " averaged over a run's points."
)


def training(study: str) -> str:
    """Return a study over d as a reader calls it: by how long its networks were trained.

    Examples
    --------
    >>> training("dimension_high"), training("dimension_wide")
    ('20 epochs, as in the paper', 'dimension wide')
    """
    return _TRAINED.get(study, study.replace("_", " "))


def table1_layout(
    rows: pd.DataFrame,
    runs: pd.DataFrame,
    threshold: float,
    wanted: int | None,
    *,
    resamples: int,
    level: float,
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 1 as shown: our valid runs beside the published ten, and both averages."""
    valid = runs[runs["valid"]]
    notes = [
        (
            f"{several(len(valid), 'valid run')} (training accuracy 1) among {len(runs)}"
            f" drawn{shortfall(len(valid), wanted)}."
        ),
        (
            "Every experiment has its own random matrix, so rows do not correspond: what is to"
            " agree is |cos θ1| ≈ φ wherever |cos θ2| ≈ 1. Signs depend only on how the classes are"
            " numbered."
        ),
        (
            _RATIO + " Where all 2^d points are classified correctly the mean equals |cos θ1|: the"
            " points' gaps average to ⟨W1 − W2, a⟩."
        ),
    ]
    if valid.empty:
        notes.insert(0, _NO_VALID_RUN.format(runs=len(runs)))
    labels = {
        "experiment": "experiment",
        "cos_theta1": "cos θ1",
        "cos_theta2": "cos θ2",
        "phi": "φ",
        "minimal_ratio_mean": "‖e‖/‖a‖, mean",
        "minimal_ratio_min": "‖e‖/‖a‖, least",
        "published_cos_theta1": "cos θ1",
        "published_cos_theta2": "cos θ2",
        "published_phi": "φ",
    }
    spanners = {
        "rebuilt": ["cos_theta1", "cos_theta2", "phi", "minimal_ratio_mean", "minimal_ratio_min"],
        "published": ["published_cos_theta1", "published_cos_theta2", "published_phi"],
    }
    title = f"Table 1. Valid experiments with linear networks, {_sizes(runs)}"
    averages = _table1_averages(valid, threshold, resamples=resamples, level=level)
    layout = Layout(
        title,
        labels,
        spanners,
        notes,
        integers=["experiment"],
        decimals=dict.fromkeys(labels, _PRINTED),
        below=[averages],
    )
    return rows, layout


def _table1_averages(valid: pd.DataFrame, threshold: float, **statistics: Any) -> Panel:
    """Return what the ten rows say together, over ours and over the published ones."""
    printed = pd.DataFrame([vars(one) for one in published.TABLE1])
    both = {}
    for name, part in (("rebuilt", valid), ("published", printed)):
        aligned = part[part["cos_theta2"].abs() > threshold]
        absolute = aligned["cos_theta1"].abs()
        both[name] = {
            "abs_cos_theta1": absolute,
            "phi": aligned["phi"],
            "difference": (absolute - aligned["phi"]).abs(),
        }
    records = [
        {
            "label": _LABELS[quantity],
            "n": len(ours),
            "published_n": len(both["published"][quantity]),
            **shown_as("rebuilt", mean_estimate(ours, **statistics)),
            **shown_as("published", mean_estimate(both["published"][quantity], **statistics)),
        }
        for quantity, ours in both["rebuilt"].items()
    ]
    labels = {
        "label": "",
        "rebuilt": f"rebuilt [{percent(statistics['level'])} interval]",
        "n": "runs",
        "published": "of the published rows",
        "published_n": "runs",
    }
    title = f"Averages over the runs with |cos θ2| > {threshold:g}"
    return Panel(pd.DataFrame(records), Layout(title, labels, integers=["n", "published_n"]))


def table2_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, threshold: float, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 2 as shown: each average with its interval beside the published one."""
    notes = [
        (
            f"{int(runs['valid'].sum())} of {len(runs)} runs are valid; published:"
            f" {published.TABLE2_VALID} of {published.TABLE2_RUNS}, of which"
            f" {published.TABLE2_ALIGNED} had |cos θ2| > 0.9."
        ),
        (
            "A large φ makes a run valid more easily, so the averages depend on how many runs are"
            " valid, and that on the batch size, which the papers do not state. " + _RATIO
        ),
    ]
    if not runs["valid"].any():
        notes.insert(0, _NO_VALID_RUN.format(runs=len(runs)))
    names = {
        "valid": "all valid runs",
        "aligned": f"valid runs with |cos θ2| > {threshold:g}, as in the paper",
    }
    shown = beside(rows).assign(
        runs=[
            "how many runs" if quantity.endswith("_rate") else names[runs]
            for runs, quantity in zip(rows["runs"], rows["quantity"], strict=True)
        ],
        label=rows["quantity"].map(_LABELS),
        lies=[
            beside_published(*ends)
            for ends in zip(rows["low"], rows["high"], rows["published"], strict=True)
        ],
    )
    labels = {
        "runs": "runs",
        "label": "quantity",
        "estimate": f"rebuilt [{percent(level)} interval]",
        "n": "n",
        "published": "published",
        "lies": "published lies",
    }
    title = f"Table 2. Averages over runs, {_sizes(runs)}"
    layout = Layout(
        title, labels, notes=notes, integers=["n"], decimals={"published": _PRINTED}, groups="runs"
    )
    return shown, layout


def batch_size_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, threshold: float, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the sensitivity to the batch size as shown: one row a size, and the published row."""
    shown = wide(rows, ["batch_size"])
    rates = rows[rows["quantity"] == "valid_rate"].set_index("batch_size")
    shown["valid"] = [share(rates.loc[size]) for size in shown["batch_size"]]
    counts = rows[rows["quantity"] == "phi"].set_index("batch_size")["n"]
    shown["averaged"] = [float(counts[size]) for size in shown["batch_size"]]
    printed: dict[str, Any] = {
        "valid": f"{published.TABLE2_VALID} of {published.TABLE2_RUNS}",
        "averaged": published.TABLE2_ALIGNED,
        "abs_cos_theta1": published.TABLE2_COS_THETA1,
        "phi": published.TABLE2_PHI,
        "difference": published.TABLE2_DIFFERENCE,
    }
    shown = pd.concat([shown, pd.DataFrame([printed])], ignore_index=True)
    shown["batch_size"] = [*map("{:.0f}".format, shown["batch_size"][:-1]), "published: not stated"]
    labels = {
        "batch_size": "batch size",
        "valid": "valid runs",
        "averaged": f"with |cos θ2| > {threshold:g}",
        "abs_cos_theta1": "|cos θ1|",
        "phi": "φ",
        "difference": "||cos θ1| − φ|",
        "minimal_ratio_mean": "‖e‖/‖a‖",
    }
    notes = [
        "All sizes train on the same matrices from the same initial weights.",
        (
            f"Averages are over the valid runs with |cos θ2| > {threshold:g}, with {percent(level)}"
            f" intervals; {MISSING} where there is none."
        ),
    ]
    title = f"Table 2 at other batch sizes, {_sizes(runs, batch_size=False)}"
    spanners = {f"averages [{percent(level)} interval]": list(labels)[3:]}
    layout = Layout(title, labels, spanners, notes, integers=["averaged"], totals=1)
    return shown, layout


def slopes_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the exponents of d behind Figure 2 as shown: each with its interval."""
    shown = beside(rows).assign(
        label=rows["quantity"].map(_SYMBOLS),
        runs=rows["runs"].map(_RUNS),
        study=rows["study"].map(training),
        theory=-0.5,
    )
    labels = {
        "study": "training",
        "runs": "over",
        "label": "average of",
        "estimate": f"exponent of d [{percent(level)} interval]",
        "theory": "theory",
        "n": "runs",
        "d_min": "least d",
        "d_max": "largest d",
    }
    notes = ["Fitted to the averages at each d."]
    layout = Layout(
        "Exponents of the dimension behind Figure 2",
        labels,
        notes=notes,
        integers=["n", "d_min", "d_max"],
        plain=["theory"],
        groups="study",
    )
    return shown, layout


def dimension_layout(
    rows: pd.DataFrame, slopes: pd.DataFrame, wanted: Mapping[str, int | None], level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return Figure 2's numbers as shown: one row a dimension and study, and the exponents."""
    estimates = rows.assign(column=rows["runs"] + "_" + rows["quantity"])
    shown = wide(estimates, ["study", "d", "expected_phi"], by="column")
    places = list(zip(shown["study"], shown["d"], strict=True))
    rates = rows[rows["quantity"] == "valid_rate"].set_index(["study", "d"]).loc[places]
    valid = (rates["estimate"] * rates["n"]).round().astype(int).tolist()
    shown["valid"] = [share(rate) for _, rate in rates.iterrows()]
    shown["points"] = ["all" if enumerated else "sample" for enumerated in rates["enumerated"]]
    short = [
        f"{training(study)}, d = {d} ({count} of {wanted[study]})"
        for (study, d), count in zip(places, valid, strict=True)
        if shortfall(count, wanted[study])
    ]
    shown["study"] = shown["study"].map(training)
    shown = shown.sort_values(["study", "d"], ignore_index=True)
    labels = {
        "study": "training",
        "d": "d",
        "points": "points",
        "valid": "valid",
        "all_fresh_accuracy": "accuracy on fresh points",
        "valid_abs_cos_theta1": "|cos θ1|",
        "valid_phi": "φ",
        "invalid_abs_cos_theta1": "|cos θ1|",
        "invalid_phi": "φ",
        "expected_phi": "E φ",
    }
    spanners = {
        "valid runs": ["valid_abs_cos_theta1", "valid_phi"],
        "runs that are not valid": ["invalid_abs_cos_theta1", "invalid_phi"],
    }
    notes = [f"Averages with {percent(level)} intervals over runs."]
    if short:
        notes.append(f"Fewer valid runs than asked for, within the limit: {'; '.join(short)}.")
    if none := _without_valid_run(places, rates["n"].tolist(), valid, wanted):
        notes.append(f"No valid run, where none was asked for: {'; '.join(none)}.")
    notes.append(
        "E φ is the exact mean over all Gaussian matrices, valid or not. Points: all 2^d of them,"
        " or a sample, on which training accuracy is measured; accuracy on fresh points, of all"
        " runs, is that on as many points that training never saw, or on all where it saw all."
    )
    layout = Layout(
        "Figure 2 in numbers",
        labels,
        spanners,
        notes,
        integers=["d"],
        groups="study",
        below=[Panel(*slopes_layout(slopes.dropna(subset=["estimate"]), level))],
    )
    return shown, layout


def _without_valid_run(
    places: Sequence[tuple[str, int]],
    runs: Sequence[int],
    valid: Sequence[int],
    wanted: Mapping[str, int | None],
) -> list[str]:
    """Return where so many runs were trained, and none of them is valid, in the order of d."""
    found = sorted(
        (training(study), d, number)
        for (study, d), number, count in zip(places, runs, valid, strict=True)
        if wanted[study] is None and not count
    )
    return [f"{trained}, d = {d} (0 of {number})" for trained, d, number in found]


def _sizes(runs: pd.DataFrame, *, batch_size: bool = True) -> str:
    between = {"batch_size": "batch size"} if batch_size else {}
    return sizes(runs, d="d", hidden="hidden width", **between, column_scale="column scale")
