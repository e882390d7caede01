"""How the linear experiment's tables are shown: headings, order and the notes that say what was counted."""

import pandas as pd

from fcflow.paper import published
from fcflow.paper.render import Layout, interval, number, shortfall, sizes

_LABELS = {
    "valid_rate": "valid runs / runs",
    "aligned_rate": "runs over the |cos θ2| threshold / valid runs",
    "abs_cos_theta1": "average of |cos θ1|",
    "phi": "average of φ",
    "difference": "average of ||cos θ1| − φ|",
    "minimal_ratio_mean": "average of ‖e‖/‖a‖",
}
_NO_VALID_RUN = (
    "NO VALID RUN: none of the {runs} runs reached training accuracy 1, so there is nothing to"
    " average."
)
_AVERAGES = "Averages are over runs; ‖e‖/‖a‖ is first averaged over a run's points."


def table1_layout(
    rows: pd.DataFrame, experiments: pd.DataFrame, *, threshold: float, wanted: int | None
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 1 as shown: our valid runs beside the published ten."""
    runs = experiments[experiments["study"] == "table1"]
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
        theirs = [
            abs(abs(e.cos_theta1) - e.phi)
            for e in published.TABLE1
            if abs(e.cos_theta2) > threshold
        ]
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
    rows: pd.DataFrame, experiments: pd.DataFrame, *, threshold: float, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 2 as shown: each average with its interval beside the published one."""
    runs = experiments[experiments["study"] == "table2"]
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
        runs=rows["runs"].map(names),
        label=rows["quantity"].map(_LABELS),
        interval=[interval(row) for _, row in rows.iterrows()],
    )
    labels = {
        "runs": "runs",
        "label": "quantity",
        "estimate": "rebuilt",
        "interval": f"{level:.0%} interval",
        "n": "n",
        "published": "published",
    }
    return shown, Layout(
        f"Table 2. Averages over runs, {_sizes(runs)}", labels, notes=notes, integers=["n"]
    )


def batch_size_layout(
    rows: pd.DataFrame, experiments: pd.DataFrame, threshold: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the sensitivity to the batch size as shown: one row a size."""
    runs = experiments[experiments["study"] == "batch_size"]
    shown = rows.pivot(index="batch_size", columns="quantity", values="estimate").reset_index()
    rates = rows[rows["quantity"] == "valid_rate"].set_index("batch_size")
    shown["valid"] = [
        f"{round(rates.loc[size, 'estimate'] * rates.loc[size, 'n'])} of {rates.loc[size, 'n']}"
        for size in shown["batch_size"]
    ]
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


def dimension_layout(
    rows: pd.DataFrame, slopes: pd.DataFrame, wanted: dict[str, int | None]
) -> tuple[pd.DataFrame, Layout]:
    """Return Figure 2's numbers as shown: one row a dimension and study."""
    estimates = rows.assign(column=rows["runs"] + "_" + rows["quantity"])
    shown = estimates.pivot(
        index=["study", "d", "expected_phi"], columns="column", values="estimate"
    ).reset_index()
    rates = rows[rows["quantity"] == "valid_rate"].set_index(["study", "d"])
    picked = [rates.loc[(study, d)] for study, d in zip(shown["study"], shown["d"], strict=True)]
    found = [round(rate["estimate"] * rate["n"]) for rate in picked]
    shown["valid"] = [f"{valid} of {rate['n']}" for valid, rate in zip(found, picked, strict=True)]
    shown["points"] = ["all" if rate["enumerated"] else "sampled" for rate in picked]
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
    symbols = {"abs_cos_theta1": "|cos θ1|", "phi": "φ"}
    notes = [
        f"Exponent of d, {row['study']}, {row['runs']} runs, {symbols[row['quantity']]}:"
        f" {number(row['estimate'])} ({interval(row)}), d = {row['d_min']} to {row['d_max']}."
        for row in slopes.dropna(subset=["estimate"]).to_dict("records")
    ]
    short = [
        f"{study}, d = {d} ({valid} of {wanted[study]})"
        for study, d, valid in zip(shown["study"], shown["d"], found, strict=True)
        if shortfall(valid, wanted[study])
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
