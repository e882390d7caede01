"""How the ReLU experiment's tables are shown: headings, order and the notes that say what was counted."""

import pandas as pd

from fcflow.paper.render import Layout, interval, number, shortfall, sizes


def table3_layout(
    rows: pd.DataFrame, experiments: pd.DataFrame, *, level: float, wanted: int | None
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 3 as shown: ρ at each α beside the published values."""
    runs = experiments[experiments["study"] == "table3"]
    valid = runs[runs["valid"]]
    shown = rows.assign(
        interval=[
            interval(pd.Series({"low": row["rho_low"], "high": row["rho_high"]}))
            for _, row in rows.iterrows()
        ]
    )
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


def table4_layout(
    rows: pd.DataFrame,
    averages: pd.DataFrame,
    points: pd.DataFrame,
    *,
    level: float,
    wanted: int | None,
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 4 as shown: certified ≤ true ≤ found for each network, and the averages below."""
    names = {
        "abs_cos_theta": "|cos θ|",
        "certified_ratio": "certified ‖e‖/‖a‖",
        "minimal_ratio": "found ‖e‖/‖a‖",
        "difference": "|‖e‖/‖a‖ − |cos θ||",
        "bracket": "certified / found",
    }
    labels = {
        "run": "network",
        "feature_norm": "‖a‖",
        "abs_cos_theta": "|cos θ|",
        "certified_ratio": "certified",
        "minimal_ratio": "found",
        "minimal_norm": "‖e‖ found",
        "found": "points",
    }
    notes = [
        f"Average of {name}: {number(row['estimate'])} ({level:.0%} interval over networks:"
        f" {interval(row)})."
        for quantity, name in names.items()
        for _, row in averages[averages["quantity"] == quantity].iterrows()
    ]
    rate = averages[averages["quantity"] == "success_rate"].iloc[0]
    notes += [
        f"{len(rows)} accurate networks (training accuracy 1){shortfall(len(rows), wanted)}.",
        (
            f"{round(rate['estimate'] * rate['n']) if rate['n'] else 0} of {rate['n']} points were"
            " flipped; |cos θ| and ‖e‖ are averages over a network's flipped points."
        ),
        "Every point's true least perturbation lies between the certified bound and the one found.",
    ]
    if rows.empty:
        notes = [
            "NO VALID RUN: no network reached training accuracy 1, so there is none to attack."
        ]
    spanners = {"‖e‖/‖a‖": ["certified_ratio", "minimal_ratio"]}
    title = "Table 4. Least perturbations of ReLU networks" + (
        "" if rows.empty else f", {_sizes(points)}"
    )
    return rows, Layout(title, labels, spanners, notes, integers=["run", "found"])


def extensions_layout(
    rows: pd.DataFrame, slopes: pd.DataFrame, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the extensions of Table 3 as shown: one row a setting."""
    sizes = ["study", "d", "depth", "hidden", "column_scale", "expected_phi"]
    shown = rows.pivot(index=sizes, columns="quantity", values="estimate").reset_index()
    key = sizes[:-1]
    rates = rows[rows["quantity"] == "valid_rate"].set_index(key)
    intervals = rows[rows["quantity"] == "rho"].set_index(key)
    places = [tuple(row) for row in shown[key].itertuples(index=False)]
    shown["valid"] = [
        f"{round(rates.loc[p, 'estimate'] * rates.loc[p, 'n'])} of {rates.loc[p, 'n']}"
        for p in places
    ]
    shown["interval"] = [interval(intervals.loc[p]) for p in places]
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
