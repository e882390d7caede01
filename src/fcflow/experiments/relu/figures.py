"""Figures of the ReLU networks: ρ against d and in full, ‖e‖/‖a‖ against |cos θ| ([FC] §6)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fcflow.experiments.hypercube.drawing import (
    covers,
    dimension_ticks,
    draw_estimates,
    draw_expected_ratio,
    set_ticks_within,
    show_plain_numbers,
)
from fcflow.experiments.images.factors.figures import at_most, draw_factors
from fcflow.experiments.images.factors.shares import SHARES
from fcflow.experiments.relu.columns import EXPERIMENTS, POINTS, SEGMENTS
from fcflow.experiments.relu.factors import flipped_points
from fcflow.experiments.relu.table_columns import EXTENSIONS, SLOPES, sweeps_dimension
from fcflow.paper import published
from fcflow.paper.figure import figure
from fcflow.paper.labels import label_ends
from fcflow.paper.numbers import estimate, number
from fcflow.paper.phrases import several
from fcflow.paper.seen import trend
from fcflow.paper.style import BLACK, GREY, ORANGE, PUBLISHED, RED, VIOLET, headline

_PUBLISHED_D = 12  # of Table 3
_TICKS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
_STRONG = 0.8  # a correlation that is called following
_ABOUT = 0.01  # as near as this is as large
_SMALL_PHI, _LARGE_RHO = 0.25, 0.4  # between which networks see far more than theory says
_SLOW = -0.25  # half the law's exponent: what falls less falls far more slowly
_FEW = 10  # networks with which nothing is said in a title
_LEAST_GAP = 1e-9  # of bounds, below which there is nothing but rounding
_SEEN = 0.003  # of an axis: the width of a line, below which marks lie on each other


@figure(
    "rho_dimension",
    reads={
        "extensions": EXTENSIONS.at("results/tables/relu.parquet"),
        "slopes": SLOPES.at("results/tables/relu_slopes.parquet"),
    },
    label="ρ against d",
    shows="one panel a depth",
    caption="How much of the direction that tells two classes apart a trained ReLU network sees:"
    " ρ, the size of the cosine between that direction and the network's gradient (1: it looks"
    " along nothing else), against the input dimension d: a panel for each number of hidden"
    " layers. Filled: networks that learned all their points, with how many there are; hollow: all"
    " that were trained. At d = 4 and 8 networks are trained longer. Lines: what theory predicts"
    " for linear networks, E φ, and 1/√d. Diamonds: the paper's mean at d = 12 (one hidden layer).",
)
def rho_dimension(extensions: pd.DataFrame, slopes: pd.DataFrame) -> Figure:
    """Draw the mean of ρ against d, a panel for each depth, with the exact E φ and 1/√d."""
    swept = extensions[sweeps_dimension(extensions["study"])]
    rows = swept[swept["quantity"].isin(["rho", "rho_all"])]
    depths = sorted(set(rows["depth"]))
    drawn = Figure(figsize=(1.6 + 2.9 * len(depths), 3.9))
    panels = drawn.subplots(1, len(depths), sharey=True, squeeze=False)[0]
    for axes, depth in zip(panels, depths, strict=True):
        own = rows[rows["depth"] == depth]
        ends = draw_expected_ratio(axes, rows["d"])
        _draw_runs(axes, own)
        if depth == 1 and covers(rows["d"], _PUBLISHED_D):
            look = PUBLISHED | {"linestyle": "none", "zorder": 4, "label": "published mean"}
            axes.plot([_PUBLISHED_D], [np.mean(published.TABLE3_MEAN)], **look)
        axes.set_yscale("log")
        dimension_ticks(axes, rows["d"])
        fit = slopes[slopes["depth"] == depth].dropna(subset=["estimate"])
        power = f"\nexponent {estimate(fit.iloc[0])}" if len(fit) else ""
        axes.set_title(f"{several(depth, 'hidden layer')}{power}", fontsize=8.5)
    panels[0].set_ylabel("ρ, mean over networks")
    panels[0].legend(loc="lower left")
    show_plain_numbers(panels[0], "y")
    set_ticks_within(panels[0], _TICKS)
    label_ends(panels[-1], ends)
    headline(drawn, _seen_of_dimensions(slopes))
    return drawn


def _draw_runs(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw valid networks beside all, with the number of the valid ones."""
    for quantity, label, shift, look in (
        ("rho", "learned all points", 1.02, {"color": VIOLET, "marker": "o"}),
        ("rho_all", "all networks", 1 / 1.02, {"color": RED, "marker": "s", "mfc": "white"}),
    ):
        own = rows[rows["quantity"] == quantity]
        draw_estimates(axes, own, shift, **look, label=label)
        if quantity == "rho":
            for row in own[own["n"] > 0].to_dict("records"):
                top = row["estimate"] if pd.isna(row["high"]) else row["high"]
                where, text = (row["d"], top), f"n = {row['n']}"
                axes.annotate(
                    text, where, (0, 4), textcoords="offset points", ha="center", fontsize=6.5
                )


def _seen_of_dimensions(slopes: pd.DataFrame) -> str:
    fits = slopes.dropna(subset=["estimate"])
    trends = {trend(row, -0.5) for row in fits.to_dict("records")}
    if not trends or (fits["n"] < _FEW).any():
        return "ρ against the dimension: too few networks learned all their points"
    ended = ", ".join(number(value, decimals=2) for value in fits["estimate"])
    found = f"(exponent{'' if len(fits) == 1 else 's'} {ended})"
    if (fits["low"] > -0.5).all() and (fits["estimate"] > _SLOW).all():
        falls = "falls" if trends == {"falls"} else "falls, if it does,"
        return f"ρ of ReLU networks {falls} far more slowly than 1/√d {found}"
    if trends == {"as the law"}:
        return "What ReLU networks see of the feature falls as 1/√d, at every depth"
    if trends <= {"as the law", "falls"}:
        return "What ReLU networks see of the feature falls with the dimension, at every depth"
    return f"That ρ of ReLU networks falls with d cannot be told at every depth {found}"


@figure(
    "rho_distribution",
    reads={
        "segments": SEGMENTS.at("results/relu/table3/segments.parquet"),
        "experiments": EXPERIMENTS.at("results/relu/experiments.parquet"),
    },
    label="Table 3 in full",
    shows="ρ of every network",
    caption="ρ of every network behind Table 3: the size of the cosine between the direction that"
    " tells two classes apart and the network's gradient, averaged over the places α on the way"
    " between a point (α = 1) and the one whose label alone differs (α = 0), against φ, what"
    " theory predicts from the network's own random matrix; bars reach from the least to the"
    " largest ρ over α. The diagonal is equality. The horizontal lines are the mean over our"
    " networks and the paper's published mean.",
)
def rho_distribution(segments: pd.DataFrame, experiments: pd.DataFrame) -> Figure:
    """Draw ρ of Table 3's valid networks against φ, with both means."""
    valid = experiments[(experiments["study"] == "table3") & experiments["valid"]]
    networks = valid.set_index("run")
    rows = segments.merge(valid[["study", "run"]], on=["study", "run"]).dropna(subset=["rho"])
    by_run = rows.groupby("run")["rho"]
    mean, low, high = (by_run.agg(name).astype(float) for name in ("mean", "min", "max"))
    phi = networks["phi"].reindex(mean.index).astype(float)
    drawn = Figure(figsize=(6.2, 4.2))
    axes = drawn.subplots()
    bars = np.stack([mean - low, high - mean]).clip(min=0)
    look: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": 3.5, "color": VIOLET}
    axes.errorbar(
        phi.to_numpy(),
        mean.to_numpy(),
        yerr=bars,
        elinewidth=0.7,
        **look,
        label="a network, over α",
    )
    limit = 1.05 * max([0.1, *phi, *high])
    axes.plot([0, limit], [0, limit], color=BLACK, linewidth=0.8, label="ρ = φ")
    theirs = float(np.mean(published.TABLE3_MEAN))
    axes.axhline(theirs, color=ORANGE, linestyle="--", label=f"published mean {number(theirs)}")
    if len(mean):
        ours = float(mean.mean())
        axes.axhline(ours, color=VIOLET, linestyle=":", label=f"our mean {number(ours)}")
    axes.set(xlabel="φ of the network's matrix", ylabel="ρ", xlim=(0, limit), ylim=(0, limit))
    axes.legend(loc="upper left")
    axes.set_title(f"{several(len(mean), 'network')} that learned all points; bars: over α")
    headline(drawn, _seen_of_networks(mean, phi))
    return drawn


def _seen_of_networks(rho: "pd.Series[float]", phi: "pd.Series[float]") -> str:
    """Return whether ρ follows φ, or else how often it is at least φ and where it is far above."""
    if len(rho) < _FEW:
        return "ρ of each network, against what theory predicts from its matrix"
    if rho.corr(phi) > _STRONG:
        known = number(rho.corr(phi), digits=2)
        return f"Networks differ as their random matrices do: ρ follows φ (correlation {known})"
    least = int((rho >= phi - _ABOUT).sum())
    every = "all" if least == len(rho) else f"{least} of"
    small = phi < _SMALL_PHI
    above = int((small & (rho > _LARGE_RHO)).sum())
    have = "1 has" if above == 1 else f"{above or 'none'} have"
    return (
        f"ρ is φ or more (within {_ABOUT}) in {every} {several(len(rho), 'network')}; of the"
        f" {int(small.sum())} with φ < {_SMALL_PHI}, {have} ρ above {_LARGE_RHO}"
    )


@figure(
    "table4_scatter",
    reads={"points": POINTS.at("results/relu/table4/points.parquet")},
    label="Table 4 in full",
    shows="‖e‖/‖a‖ against |cos θ|",
    caption="Every attacked point of Table 4: the least perturbation over the feature's length"
    " against the compression |cos θ| at that point, which the paper says are about equal (the"
    " diagonal). The true least perturbation lies between the certified bound and the one found,"
    " which is drawn alone where both coincide. We could not recover the table's published"
    " entries.",
)
def table4_scatter(points: pd.DataFrame) -> Figure:
    """Draw ‖e‖/‖a‖ against |cos θ| of Table 4's points, with certified bounds and identity."""
    drawn = Figure(figsize=(4.9, 4.8))
    axes = drawn.subplots()
    flipped = points[points["success"]].dropna(subset=["cos_theta"])
    cosine, ratio = flipped["cos_theta"].abs(), flipped["minimal_ratio"]
    certified = flipped["certified_ratio"]
    limit = 1.05 * max([1e-3, *cosine, *ratio])

    axes.plot([0, limit], [0, limit], color=BLACK, linewidth=0.8, label="‖e‖/‖a‖ = |cos θ|")
    marks: dict[str, Any] = {"linestyle": "none", "mfc": "none", "markersize": 3}
    apart = (ratio - certified) > _SEEN * limit
    together = len(ratio) and not certified.isna().any() and not apart.any()
    name = "found"
    if together:
        gap = max(float((1 - certified / ratio).max()), _LEAST_GAP)
        name = f"found; certified bounds\ncoincide (within {at_most(gap)})"
    axes.plot(cosine, ratio, marker="o", color=VIOLET, label=name, **marks)
    if not together:
        axes.vlines(cosine, certified, ratio, color=GREY, linewidth=1.2)
        # Bounds are drawn over what was found, beneath which they would be hidden.
        marks |= {"color": RED, "markersize": 7, "zorder": 3}
        axes.plot(cosine, certified, marker="_", label="certified: not below this", **marks)

    axes.set(xlabel="|cos θ| at the point", ylabel="‖e‖/‖a‖", aspect="equal")
    axes.set(xlim=(0, limit), ylim=(0, limit))
    axes.set_title(
        f"{several(len(flipped), 'point')} of {several(flipped['run'].nunique(), 'network')}"
    )
    axes.legend(loc="upper left")
    headline(drawn, _seen_of_points(cosine, ratio))
    return drawn


def _seen_of_points(cosine: "pd.Series[float]", ratio: "pd.Series[float]") -> str:
    if cosine.empty:
        return "No point was flipped"
    off = float((ratio - cosine).abs().mean() / cosine.mean())
    if off <= 0.1:
        return f"‖e‖/‖a‖ is |cos θ| within {100 * off:.0f} % on average"
    return f"‖e‖/‖a‖ and |cos θ| differ by {100 * off:.0f} % on average"


@figure(
    "relu_factors",
    reads={
        "points": POINTS.at("results/relu/table4/points.parquet"),
        "rows": SHARES.at("results/tables/relu_shares.parquet"),
    },
    label="Table 4's factors",
    shows="which factor makes some points more fragile",
    caption="Left: the four factors of every point of Table 4, whose product is the black line, the"
    " least perturbation ‖e‖ over the feature's length ‖a‖; points are in its order, the most"
    " fragile first. Factors that are 1 for all points, or nearly so, are one line. Right: each"
    " factor's share of the variance between points of log(‖e‖/‖a‖), the logarithm of ‖e‖ over ‖a‖,"
    " with intervals over networks. Averaged over orders: what a factor adds to the variance"
    " explained by those taken before it, averaged over all orders in which factors may be taken."
    " Covariance with the sum: that of a factor's logarithm with the sum of all four, over the"
    " variance of the sum, which may be negative.",
)
def relu_factors(points: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Draw the factors of Table 4's points and the shares of the variance."""
    names = {"what": "point", "fragile": "points", "ratio": "‖e‖/‖a‖"}
    return draw_factors(flipped_points(points), rows, "ReLU networks", **names)
