"""How the ReLU experiment's tables are shown: headings, order, and notes on what was counted."""

import pandas as pd

from fcflow.paper.render import Layout, interval, intervals, number, share, shortfall, sizes

# What is averaged over Table 4's networks.
AVERAGED = {
    "abs_cos_theta": "|cos θ|",
    "certified_ratio": "certified ‖e‖/‖a‖",
    "minimal_ratio": "found ‖e‖/‖a‖",
    "difference": "|‖e‖/‖a‖ − |cos θ||",
    "bracket": "certified / found",
}


def table3_layout(
    rows: pd.DataFrame, runs: pd.DataFrame, level: float, wanted: int | None
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 3 as shown: ρ at each α beside the published values."""
    valid = runs[runs["valid"]]
    bounds = rows.rename(columns={"rho_low": "low", "rho_high": "high"})
    shown = rows.assign(interval=intervals(bounds))
    labels = {
        "alpha": "α",
        "rho_mean": "mean ρ",
        "interval": f"{level:.0%} interval",
        "rho_median": "median ρ",
        "rho2_mean": "mean ρ₂",
        "n": "networks",
        "published_mean": "mean ρ",
        "published_median": "median ρ",
    }
    spanners = {
        "rebuilt": ["rho_mean", "interval", "rho_median", "rho2_mean", "n"],
        "published, d = 12": ["published_mean", "published_median"],
    }
    notes = [
        (
            f"{len(valid)} accurate networks (training accuracy 1) among {len(runs)} trained"
            f"{shortfall(len(valid), wanted)}."
        ),
        (
            f"The mean of φ is {number(valid['phi'].mean())} over the accurate networks' matrices"
            f" and {number(runs['phi'].mean())} over all: ρ follows φ, and a large φ makes an"
            " accurate network likelier."
        ),
        (
            "ρ: share of the feature in the gradient's direction; ρ₂: in the plane of both logits'"
            " gradients (Theorem 7)."
        ),
    ]
    if valid.empty:
        notes[1:2] = []
        notes.insert(
            0, f"NO VALID RUN: none of the {len(runs)} networks reached training accuracy 1."
        )
    title = f"Table 3. ρ along the segment from b2 (α = 0) to b1 (α = 1), {_sizes(runs)}"
    return shown, Layout(title, labels, spanners, notes, integers=["n"])


def table4_averages_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return Table 4's averages as shown: each with its interval over networks."""
    names = AVERAGED | {"success_rate": "points flipped / points attacked"}
    shown = rows.assign(label=rows["quantity"].map(names), interval=intervals(rows))
    labels = {
        "label": "average of",
        "estimate": "rebuilt",
        "interval": f"{level:.0%} interval",
        "n": "n",
    }
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
    average: dict[str, pd.Series] = {row["quantity"]: row for _, row in averages.iterrows()}
    notes = [
        f"Average of {name}: {number(average[quantity]['estimate'])} ({level:.0%} interval over"
        f" networks: {interval(average[quantity])})."
        for quantity, name in AVERAGED.items()
    ]
    notes += [
        f"{len(rows)} accurate networks (training accuracy 1){shortfall(len(rows), wanted)}.",
        (
            f"{share(average['success_rate'])} points were flipped; |cos θ| and ‖e‖ are"
            " averages over a network's flipped points."
        ),
        "Every point's true least perturbation lies between the certified bound and the one found.",
    ]
    title = "Table 4. Least perturbations of ReLU networks"
    if rows.empty:
        notes = [
            "NO VALID RUN: no network reached training accuracy 1, so there is none to attack."
        ]
    else:
        title += f", {_sizes(points)}"
    spanners = {"‖e‖/‖a‖": ["certified_ratio", "minimal_ratio"]}
    return rows, Layout(title, labels, spanners, notes, integers=["run", "found"])


def slopes_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the exponents of ρ as shown: one row a depth."""
    shown = rows.assign(interval=intervals(rows))
    labels = {
        "depth": "hidden layers",
        "estimate": "exponent of d",
        "interval": f"{level:.0%} interval",
        "n": "networks",
    }
    notes = ["Fitted to the averages of ρ over valid networks at each d of the sweeps over it."]
    title = "Exponents of d in the average of ρ"
    return shown, Layout(title, labels, notes=notes, integers=["depth", "n"])


def extensions_layout(
    rows: pd.DataFrame, slopes: pd.DataFrame, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the extensions of Table 3 as shown: one row a setting."""
    key = ["study", "d", "depth", "hidden", "column_scale"]
    shown = rows.pivot(
        index=[*key, "expected_phi"], columns="quantity", values="estimate"
    ).reset_index()
    places = [tuple(row) for row in shown[key].itertuples(index=False)]
    rates = rows[rows["quantity"] == "valid_rate"].set_index(key).loc[places]
    shown["valid"] = [share(rate) for _, rate in rates.iterrows()]
    shown["interval"] = intervals(rows[rows["quantity"] == "rho"].set_index(key).loc[places])
    shown["column_scale"] = shown["column_scale"].map("{:g}".format)
    labels = {
        "study": "study",
        "d": "d",
        "depth": "hidden layers",
        "hidden": "width",
        "column_scale": "scale",
        "valid": "valid",
        "rho": "mean ρ",
        "interval": f"{level:.0%} interval",
        "phi": "mean φ",
        "rho_all": "mean ρ, all runs",
        "expected_phi": "E φ",
    }
    notes = [
        f"Exponent of d, hidden layers {row['depth']}: {number(row['estimate'])} ({interval(row)}),"
        f" over {row['n']} valid networks at the dimensions swept."
        for row in slopes.dropna(subset=["estimate"]).to_dict("records")
    ]
    notes.append(
        "Averages are over valid networks unless said otherwise; E φ is the exact mean over all"
        " matrices."
    )
    title = "Table 3 extended: depth, dimension, column scale and width"
    return shown, Layout(title, labels, notes=notes, integers=["d", "depth", "hidden"])


def _sizes(runs: pd.DataFrame) -> str:
    names = {"d": "d", "depth": "hidden layers", "hidden": "width", "batch_size": "batch size"}
    return sizes(runs, **names, column_scale="column scale")
