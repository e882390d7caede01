"""How the linear experiment's tables are shown: headings, order, and notes on what was counted."""

from collections.abc import Mapping

import pandas as pd

from fcflow.paper import published
from fcflow.paper.render import Layout, interval, intervals, number, share, shortfall, sizes

_LABELS = {
    "valid_rate": "valid runs / runs",
    "aligned_rate": "runs over the |cos θ2| threshold / valid runs",
    "abs_cos_theta1": "average of |cos θ1|",
    "phi": "average of φ",
    "difference": "average of ||cos θ1| − φ|",
    "minimal_ratio_mean": "average of ‖e‖/‖a‖",
}
_SYMBOLS = {"abs_cos_theta1": "|cos θ1|", "phi": "φ"}
_NO_VALID_RUN = (
    "NO VALID RUN: none of the {runs} runs reached training accuracy 1, so there is nothing to"
    " average."
)
_AVERAGES = "Averages are over runs; ‖e‖/‖a‖ is first averaged over a run's points."


def table1_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, threshold: float, wanted: int | None
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 1 as shown: our valid runs beside the published ten."""
    valid = runs[runs["valid"]]
    aligned = valid[valid["cos_theta2"].abs() > threshold]
    notes = [
        (
            f"{len(valid)} valid runs (training accuracy 1) among {len(runs)}"
            f" drawn{shortfall(len(valid), wanted)}."
        ),
        (
            "Every experiment has its own random A, so rows do not correspond: what is to agree is"
            " |cos θ1| ≈ φ wherever |cos θ2| ≈ 1. The sign of cos θ1 and cos θ2 is that of the"
            " classes' numbering."
        ),
        (
            "‖e‖/‖a‖: exact least perturbation of the trained network over the feature's norm, mean"
            " and least over the run's points. Where all 2^d corners are classified correctly the"
            " mean equals |cos θ1|: the corners' gaps average to ⟨W1 − W2, a⟩."
        ),
    ]
    if len(aligned):
        ours = (aligned["cos_theta1"].abs() - aligned["phi"]).abs().mean()
        theirs = [one.difference for one in published.TABLE1 if abs(one.cos_theta2) > threshold]
        notes.insert(
            1,
            f"Average of ||cos θ1| − φ| where |cos θ2| > {threshold:g}: {ours:.4f} over"
            f" {len(aligned)} runs rebuilt, {sum(theirs) / len(theirs):.4f} over {len(theirs)}"
            " published.",
        )
    if valid.empty:
        notes.insert(0, _NO_VALID_RUN.format(runs=len(runs)))
    labels = {
        "experiment": "exp.",
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
    return rows, Layout(title, labels, spanners, notes, integers=["experiment"])


def table2_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, threshold: float, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 2 as shown: each average with its interval beside the published one."""
    notes = [
        (
            f"{int(runs['valid'].sum())} of {len(runs)} runs valid; published:"
            f" {published.TABLE2_VALID} of {published.TABLE2_RUNS}, of which"
            f" {published.TABLE2_ALIGNED} had |cos θ2| > 0.9."
        ),
        "Valid runs favour large φ, so the averages move with the valid rate. " + _AVERAGES,
    ]
    if not runs["valid"].any():
        notes.insert(0, _NO_VALID_RUN.format(runs=len(runs)))
    names = {"all": "all", "valid": "valid", "aligned": f"valid, |cos θ2| > {threshold:g}"}
    shown = rows.assign(
        runs=rows["runs"].map(names), label=rows["quantity"].map(_LABELS), interval=intervals(rows)
    )
    labels = {
        "runs": "runs",
        "label": "quantity",
        "estimate": "rebuilt",
        "interval": f"{level:.0%} interval",
        "n": "n",
        "published": "published",
    }
    title = f"Table 2. Averages over runs, {_sizes(runs)}"
    return shown, Layout(title, labels, notes=notes, integers=["n"])


def batch_size_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, threshold: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the sensitivity to the batch size as shown: one row a size."""
    shown = rows.pivot(index="batch_size", columns="quantity", values="estimate").reset_index()
    rates = rows[rows["quantity"] == "valid_rate"].set_index("batch_size")
    shown["valid"] = [share(rates.loc[size]) for size in shown["batch_size"]]
    counts = rows[rows["quantity"] == "phi"].set_index("batch_size")["n"]
    shown["averaged"] = [int(counts[size]) for size in shown["batch_size"]]
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
        (
            "The papers do not state their batch size. All sizes train on the same matrices from"
            " the same initial weights."
        ),
        (
            "Averages are over valid runs with |cos θ2| over the threshold; a dash means that there"
            " is none. Intervals are in the table's Parquet and CSV files."
        ),
    ]
    title = f"Sensitivity of Table 2 to the batch size, {_sizes(runs, batch_size=False)}"
    return shown, Layout(title, labels, notes=notes, integers=["batch_size", "averaged"])


def slopes_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the exponents of d behind Figure 2 as shown: each with its interval."""
    shown = rows.assign(label=rows["quantity"].map(_SYMBOLS), interval=intervals(rows))
    labels = {
        "study": "study",
        "runs": "runs",
        "label": "average of",
        "estimate": "exponent of d",
        "interval": f"{level:.0%} interval",
        "n": "n",
        "d_min": "least d",
        "d_max": "largest d",
    }
    notes = ["Fitted to the averages at each d; theory's exponent is −1/2."]
    integers = ["n", "d_min", "d_max"]
    return shown, Layout("Exponents behind Figure 2", labels, notes=notes, integers=integers)


def dimension_layout(
    rows: pd.DataFrame, slopes: pd.DataFrame, wanted: Mapping[str, int | None]
) -> tuple[pd.DataFrame, Layout]:
    """Return Figure 2's numbers as shown: one row a dimension and study."""
    estimates = rows.assign(column=rows["runs"] + "_" + rows["quantity"])
    shown = estimates.pivot(
        index=["study", "d", "expected_phi"], columns="column", values="estimate"
    ).reset_index()
    places = list(zip(shown["study"], shown["d"], strict=True))
    rates = rows[rows["quantity"] == "valid_rate"].set_index(["study", "d"]).loc[places]
    valid = (rates["estimate"] * rates["n"]).round().astype(int).tolist()
    shown["valid"] = [share(rate) for _, rate in rates.iterrows()]
    shown["points"] = ["all" if enumerated else "sampled" for enumerated in rates["enumerated"]]
    labels = {
        "study": "study",
        "d": "d",
        "points": "points",
        "valid": "valid runs",
        "valid_abs_cos_theta1": "|cos θ1|",
        "valid_phi": "φ",
        "all_abs_cos_theta1": "|cos θ1|",
        "all_phi": "φ",
        "expected_phi": "E φ",
    }
    spanners = {
        "valid runs, averages": ["valid_abs_cos_theta1", "valid_phi"],
        "all runs, averages": ["all_abs_cos_theta1", "all_phi"],
    }
    notes = [
        f"Exponent of d, {row['study']}, {row['runs']} runs, {_SYMBOLS[row['quantity']]}:"
        f" {number(row['estimate'])} ({interval(row)}), d = {row['d_min']} to {row['d_max']}."
        for row in slopes.dropna(subset=["estimate"]).to_dict("records")
    ]
    short = [
        f"{study}, d = {d} ({count} of {wanted[study]})"
        for (study, d), count in zip(places, valid, strict=True)
        if shortfall(count, wanted[study])
    ]
    if short:
        notes.append(
            f"Short of the valid runs asked for, max_runs was reached: {'; '.join(short)}."
        )
    notes.append(
        "E φ is the exact mean over all Gaussian A, valid or not; theory's exponent is −1/2."
    )
    return shown, Layout("Figure 2 in numbers", labels, spanners, notes, integers=["d"])


def _sizes(runs: pd.DataFrame, *, batch_size: bool = True) -> str:
    between = {"batch_size": "batch size"} if batch_size else {}
    return sizes(runs, d="d", hidden="hidden width", **between, column_scale="column scale")
