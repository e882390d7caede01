"""Tables 3 and 4 and what extends them: depth, dimension, column scale and width ([FC] §6)."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from fcflow.experiments.hypercube.exponent import exponent_of_d
from fcflow.experiments.images.factors.shares import SHARES, shares
from fcflow.experiments.images.factors.tables import share_layout
from fcflow.experiments.relu import layouts
from fcflow.experiments.relu.columns import EXPERIMENTS, POINTS, SEGMENTS
from fcflow.experiments.relu.factors import flipped_points
from fcflow.experiments.relu.table_columns import (
    EXTENSIONS,
    SLOPES,
    TABLE3,
    TABLE4,
    TABLE4_AVERAGES,
    sweeps_dimension,
)
from fcflow.paper import published
from fcflow.paper.estimates import columns
from fcflow.paper.table import ShownTable, table
from fcflow.stats import mean_estimate, proportion_estimate
from fcflow.theory.compression_ratio import expected_compression_ratio

_SIZES = ["study", "d", "depth", "hidden", "column_scale"]
# Published α have three digits.
_ALPHA_DIGITS = 1e-3


@table(
    "table3",
    schema=TABLE3,
    reads={
        "segments": SEGMENTS.at("results/relu/table3/segments.parquet"),
        "experiments": EXPERIMENTS.at("results/relu/experiments.parquet"),
    },
    label="Table 3",
    shows="ρ along a segment between the classes",
    caption="How much of the direction that tells two classes apart does a trained ReLU network"
    " see? b1 and b2 are two points that differ in their class alone; ρ is |cos| of the angle"
    " between b1 − b2 and the network's gradient, at ten places α of the segment between them. A"
    " network that looked along that direction would have ρ = 1. Networks that classify all their"
    " points correctly only.",
)
def table3(
    segments: pd.DataFrame,
    experiments: pd.DataFrame,
    *,
    resamples: int,
    level: float,
    wanted: Mapping[str, int | None],
) -> ShownTable:
    """Return Table 3: ρ with its interval and median, and ρ₂, over valid networks at each α."""
    statistics: Any = {"resamples": resamples, "level": level}
    runs = experiments[experiments["study"] == "table3"]
    valid = segments.merge(runs.loc[runs["valid"], ["study", "run"]], on=["study", "run"])
    records = []
    for alpha in sorted(set(segments["alpha"])):
        networks = valid[valid["alpha"] == alpha]
        rho = mean_estimate(networks["rho"].dropna(), **statistics)
        published_mean, published_median = _published(alpha)
        records.append(
            {
                "alpha": alpha,
                "rho_mean": rho.value,
                "rho_low": rho.low,
                "rho_high": rho.high,
                "rho_median": networks["rho"].median(),
                "rho2_mean": networks["rho2"].mean(),
                "n": rho.n,
                "published_mean": published_mean,
                "published_median": published_median,
            }
        )
    rows = TABLE3.table(records)
    return ShownTable(rows, *layouts.table3_layout(rows, runs, wanted["table3"], **statistics))


def _published(alpha: float) -> tuple[float, float]:
    """Return the published mean and median of ρ at α, NaN where there are none."""
    places = zip(
        published.TABLE3_ALPHA, published.TABLE3_MEAN, published.TABLE3_MEDIAN, strict=True
    )
    printed = [values for place, *values in places if abs(place - alpha) < _ALPHA_DIGITS]
    mean, median = printed[0] if printed else (math.nan, math.nan)
    return mean, median


@table(
    "table4_averages",
    schema=TABLE4_AVERAGES,
    reads={"points": POINTS.at("results/relu/table4/points.parquet")},
    label="Table 4's averages",
    shows="averages over networks, with intervals",
    caption="Averages over the networks of Table 4: compression |cos θ| and the least perturbation"
    " over the feature's length, which the paper says are close. Intervals are over networks,"
    " because points of one network are not independent.",
)
def table4_averages(points: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return averages over all attacked points of Table 4, with intervals over networks' averages.

    Points of one network are not independent, so the interval is over networks.
    """
    flipped = points[points["success"]].assign(abs_cos_theta=points["cos_theta"].abs())
    flipped = flipped.assign(difference=(flipped["minimal_ratio"] - flipped["abs_cos_theta"]).abs())
    networks = flipped.groupby("run")
    estimates = {
        quantity: mean_estimate(
            networks[quantity].mean().dropna(), resamples=resamples, level=level
        )
        for quantity in layouts.AVERAGED
    }
    success = proportion_estimate(int(points["success"].sum()), len(points), level=level)
    estimates["success_rate"] = success
    rows = TABLE4_AVERAGES.table(
        [{"quantity": name, **columns(estimate)} for name, estimate in estimates.items()]
    )
    return ShownTable(rows, *layouts.table4_averages_layout(rows, level))


@table(
    "relu_shares",
    schema=SHARES,
    reads={"points": POINTS.at("results/relu/table4/points.parquet")},
    label="Table 4's factors",
    shows="which factor makes some points more fragile",
    caption="The least perturbation ‖e‖ over the feature's length is exactly the product of four"
    " factors, on the path to the point that differs in the feature alone: compression, evenness"
    " of the gradient's length, the boundary's place, and curvature. Their logarithms add up, so"
    " that the variance between points splits among them without remainder.",
)
def relu_shares(points: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return averages of the factors of Table 4's points, and their shares of the variance."""
    flipped = flipped_points(points)
    rows = shares(flipped, resamples=resamples, level=level)
    title = "Which factor makes some points of ReLU networks more fragile than others"
    names = {"what": "point", "ratio": "‖e‖/‖a‖"}
    shown = share_layout(rows, flipped, title, "networks", level, **names)
    return ShownTable(rows, *shown)


@table(
    "table4",
    schema=TABLE4,
    reads={
        "points": POINTS.at("results/relu/table4/points.parquet"),
        "averages": TABLE4_AVERAGES.at("results/tables/table4_averages.parquet"),
    },
    label="Table 4",
    shows="certified and found least perturbations",
    caption="Is the least perturbation ‖e‖ as much shorter than the feature ‖a‖ as the network"
    " compresses that feature, ‖e‖/‖a‖ ≈ |cos θ|? The least perturbation that flips each point's"
    " class, found from above and certified from below: the true one lies between.",
)
def table4(
    points: pd.DataFrame, averages: pd.DataFrame, *, level: float, wanted: Mapping[str, int | None]
) -> ShownTable:
    """Return Table 4: each network's averages over its attacked points that were flipped."""
    records = []
    for run, attacked in points.groupby("run"):
        flipped = attacked[attacked["success"]]
        records.append(
            {
                "run": run,
                "points": len(attacked),
                "feature_norm": attacked["feature_norm"].iloc[0],
                "abs_cos_theta": flipped["cos_theta"].abs().mean(),
                "certified_ratio": flipped["certified_ratio"].mean(),
                "minimal_ratio": flipped["minimal_ratio"].mean(),
                "minimal_norm": flipped["minimal_norm"].mean(),
                "found": len(flipped),
            }
        )
    rows = TABLE4.table(records)
    return ShownTable(rows, *layouts.table4_layout(rows, averages, points, level, wanted["table4"]))


@table(
    "relu_slopes",
    schema=SLOPES,
    reads={"experiments": EXPERIMENTS.at("results/relu/experiments.parquet")},
    label="Exponents of ρ",
    shows="exponents of d in ρ, by depth",
    caption="The power of the dimension d that the average of ρ over accurate networks follows, for"
    " one, two and three hidden layers: theory says −1/2.",
)
def relu_slopes(experiments: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return, for each depth, the exponent of d that the average of ρ follows over valid networks.

    The networks are those of the study ``dimension`` and of all whose name starts with
    ``dimension_``.
    """
    swept = experiments[sweeps_dimension(experiments["study"])]
    records = []
    for depth, networks in swept.groupby("depth"):
        valid = networks[networks["valid"]]
        slope = exponent_of_d(valid, "rho_mean", resamples=resamples, level=level)
        records.append({"depth": depth, **columns(slope)})
    rows = SLOPES.table(records)
    return ShownTable(rows, *layouts.slopes_layout(rows, level))


@table(
    "relu",
    schema=EXTENSIONS,
    reads={
        "experiments": EXPERIMENTS.at("results/relu/experiments.parquet"),
        "slopes": SLOPES.at("results/tables/relu_slopes.parquet"),
    },
    label="Table 3 extended",
    shows="depth, dimension, scale, width",
    caption="Table 3's average of ρ for networks with more layers, in other dimensions d, with"
    " another column scale of the random matrix and of other widths, with the share of networks"
    " that reach training accuracy 1 (valid).",
)
def extensions(
    experiments: pd.DataFrame, slopes: pd.DataFrame, *, resamples: int, level: float
) -> ShownTable:
    """Return, for every setting, the valid rate and the averages over valid networks of ρ and φ."""
    records = []
    for values, runs in experiments.groupby(_SIZES, sort=False):
        key: dict[str, Any] = dict(zip(_SIZES, values, strict=True))
        key["expected_phi"] = float(expected_compression_ratio(key["d"]))
        valid = runs[runs["valid"]]
        averaged = {
            "rho": valid["rho_mean"].dropna(),
            "rho_all": runs["rho_mean"].dropna(),
            "phi": valid["phi"],
        }
        averaged["fresh_accuracy"] = runs["fresh_accuracy"]
        estimates = {"valid_rate": proportion_estimate(len(valid), len(runs), level=level)} | {
            quantity: mean_estimate(values, resamples=resamples, level=level)
            for quantity, values in averaged.items()
        }
        records += [
            key | {"quantity": quantity} | columns(estimate)
            for quantity, estimate in estimates.items()
        ]
    rows = EXTENSIONS.table(records)
    return ShownTable(rows, *layouts.extensions_layout(rows, slopes, level))
