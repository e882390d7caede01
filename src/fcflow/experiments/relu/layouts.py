"""How the ReLU experiment's tables are shown: headings, order, and notes on what was counted."""

from typing import Any

import pandas as pd

from fcflow.experiments.hypercube.naming import study_name, study_order
from fcflow.paper.estimates import beside, beside_published, shown_as, wide
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import percent
from fcflow.paper.phrases import several, share, shortfall, sizes
from fcflow.stats import mean_estimate

# What is averaged over Table 4's networks.
AVERAGED = {
    "abs_cos_theta": "|cos θ|",
    "certified_ratio": "certified ‖e‖/‖a‖",
    "minimal_ratio": "found ‖e‖/‖a‖",
    "difference": "|‖e‖/‖a‖ − |cos θ||",
    "bracket": "1 − certified/found",
}
_PRINTED = 4  # decimals of the published values
_PUBLISHED_D = 12


def table3_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, wanted: int | None, *, resamples: int, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 3 as shown: ρ at each α beside the published values, and averages of φ."""
    valid = runs[runs["valid"]]
    ends = zip(rows["rho_low"], rows["rho_high"], rows["published_mean"], strict=True)
    shown = rows.rename(columns={"rho_low": "rho_mean_low", "rho_high": "rho_mean_high"})
    shown = shown.assign(lies=[beside_published(*row) for row in ends])
    labels = {
        "alpha": "α",
        "rho_mean": f"mean ρ [{percent(level)} interval]",
        "rho_median": "median ρ",
        "rho2_mean": "mean ρ₂",
        "n": "networks",
        "published_mean": "mean ρ",
        "published_median": "median ρ",
        "lies": "mean lies",
    }
    spanners = {
        "rebuilt": ["rho_mean", "rho_median", "rho2_mean", "n"],
        f"published, d = {_PUBLISHED_D}": ["published_mean", "published_median", "lies"],
    }
    notes = [
        (
            f"{several(len(valid), 'accurate network')} (training accuracy 1) among {len(runs)}"
            f" trained{shortfall(len(valid), wanted)}."
        ),
        (
            "ρ follows φ, what theory predicts from the matrix alone, and a large φ makes an"
            " accurate network likelier."
        ),
        (
            "ρ: how much of the feature lies in the gradient's direction, |cos θ|; ρ₂: how much"
            " lies in the plane of both logits' gradients (Theorem 7)."
        ),
    ]
    if valid.empty:
        notes.insert(
            0, f"NO VALID RUN: none of the {len(runs)} networks reached training accuracy 1."
        )
    title = f"Table 3. ρ along the segment from b2 (α = 0) to b1 (α = 1), {_sizes(runs)}"
    layout = Layout(
        title,
        labels,
        spanners,
        notes,
        integers=["n"],
        plain=["alpha"],
        decimals=dict.fromkeys(("published_mean", "published_median"), _PRINTED),
        below=[_phi_averages(runs, resamples=resamples, level=level)],
    )
    return shown, layout


def _phi_averages(runs: pd.DataFrame, **statistics: Any) -> Panel:
    parts = {"accurate networks": runs[runs["valid"]], "all that were trained": runs}
    records = [
        {"label": name, "n": len(part), **shown_as("phi", mean_estimate(part["phi"], **statistics))}
        for name, part in parts.items()
    ]
    labels = {
        "label": "matrices of",
        "phi": f"mean of φ [{percent(statistics['level'])} interval]",
        "n": "networks",
    }
    title = "φ of these networks' matrices"
    return Panel(pd.DataFrame(records), Layout(title, labels, integers=["n"]))


def _as_gap(rows: pd.DataFrame) -> pd.DataFrame:
    """Return averages with certified over found as what it lacks of 1, which has few digits."""
    ratio = rows["quantity"].eq("bracket")
    gap = {
        end: rows[end].mask(ratio, 1 - rows[other])
        for end, other in {"estimate": "estimate", "low": "high", "high": "low"}.items()
    }
    return rows.assign(**gap)


def table4_averages_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return Table 4's averages as shown: each with its interval over networks."""
    names = AVERAGED | {"success_rate": "share of points that were flipped"}
    shown = beside(_as_gap(rows)).assign(label=rows["quantity"].map(names))
    labels = {"label": "average of", "estimate": f"rebuilt [{percent(level)} interval]", "n": "n"}
    notes = ["n counts networks, and points in the last row: ‖e‖ is averaged where it was found."]
    return shown, Layout("Table 4's averages", labels, notes=notes, integers=["n"])


def table4_layout(
    rows: pd.DataFrame,
    averages: pd.DataFrame,
    points: pd.DataFrame,
    level: float,
    wanted: int | None,
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 4 as shown: certified ≤ true ≤ found by network, and the averages below."""
    labels = {
        "run": "network",
        "feature_norm": "‖a‖",
        "abs_cos_theta": "|cos θ|",
        "certified_ratio": "certified",
        "minimal_ratio": "found",
        "minimal_norm": "‖e‖ found",
        "found": "points",
    }
    success = averages[averages["quantity"] == "success_rate"].iloc[0]
    left_out = (
        sorted(set(range(int(rows["run"].max()) + 1)) - set(rows["run"])) if len(rows) else []
    )
    notes = [
        f"{several(len(rows), 'accurate network')} (training accuracy 1)"
        f"{shortfall(len(rows), wanted)}.",
        (
            f"{share(success)} points were flipped; |cos θ| and ‖e‖ are averages over a network's"
            " flipped points. Every point's true least perturbation lies between the certified"
            " bound and the one found."
        ),
        (
            "We could not recover this table's published entries: the paper's text, as it reached"
            " us, has lost their numbers. Its claim is that ‖e‖/‖a‖ is close to |cos θ|."
        ),
        (
            "Networks are numbered as their runs are; the runs left out did not reach training"
            " accuracy 1."
        )
        * bool(left_out),
    ]
    notes = [note for note in notes if note]
    title = "Table 4. Least perturbations of ReLU networks"
    below = [Panel(*table4_averages_layout(averages, level))]
    if rows.empty:
        notes = [
            "NO VALID RUN: no network reached training accuracy 1, so there is none to attack."
        ]
        below = []
    else:
        title += f", {_sizes(points)}"
    layout = Layout(
        title,
        labels,
        {"‖e‖/‖a‖": ["certified_ratio", "minimal_ratio"]},
        notes,
        integers=["run", "found"],
        decimals=dict.fromkeys(labels, _PRINTED),
        below=below,
    )
    return rows, layout


def slopes_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the exponents of ρ as shown: one row a depth."""
    labels = {
        "depth": "hidden layers",
        "estimate": f"exponent of d [{percent(level)} interval]",
        "theory": "theory",
        "n": "networks",
    }
    notes = ["Fitted to the averages of ρ over valid networks at each d that was swept over."]
    title = "Exponents of d in the average of ρ"
    shown = beside(rows).assign(theory=-0.5)
    return shown, Layout(title, labels, notes=notes, integers=["depth", "n"], plain=["theory"])


def extensions_layout(
    rows: pd.DataFrame, slopes: pd.DataFrame, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the extensions of Table 3 as shown: one row a setting, and the exponents below."""
    key = ["study", "d", "depth", "hidden", "column_scale"]
    shown = wide(rows, [*key, "expected_phi"])
    shown = shown.assign(order=shown["study"].map(study_order))
    shown = shown.sort_values(["order", *key], ignore_index=True)
    places = [tuple(row) for row in shown[key].itertuples(index=False)]
    rates = rows[rows["quantity"] == "valid_rate"].set_index(key).loc[places]
    again = shown.duplicated(key[1:], keep=False).any()
    shown["valid"] = [share(rate) for _, rate in rates.iterrows()]
    shown["study"] = shown["study"].map(study_name)
    labels = {
        "study": "study",
        "d": "d",
        "depth": "hidden layers",
        "hidden": "width",
        "column_scale": "column scale",
        "valid": "valid",
        "fresh_accuracy": "accuracy on fresh points",
        "rho": "valid",
        "rho_all": "all",
        "phi": "mean φ, valid",
        "expected_phi": "E φ",
    }
    notes = [
        f"Averages over networks with {percent(level)} intervals; E φ is the exact mean over all"
        " Gaussian matrices, valid or not. Accuracy on fresh points, of all networks, is that on"
        " as many points that training never saw, or on all where it saw all."
    ]
    if again:
        notes.append(
            "Rows of the same sizes are networks of other random matrices, of which other shares"
            " were valid: their difference is what chance does."
        )
    layout = Layout(
        "Table 3 extended: depth, dimension, column scale and width",
        labels,
        {"mean ρ": ["rho", "rho_all"]},
        notes,
        integers=["d", "depth", "hidden"],
        plain=["column_scale"],
        groups="study",
        below=[Panel(*slopes_layout(slopes.dropna(subset=["estimate"]), level))],
    )
    return shown, layout


def _sizes(runs: pd.DataFrame) -> str:
    names = {"d": "d", "depth": "hidden layers", "hidden": "width", "batch_size": "batch size"}
    return sizes(runs, **names, column_scale="column scale")
