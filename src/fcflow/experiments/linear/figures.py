"""Figure 2: the compression ratio against the dimension ([FC] §6)."""

from typing import Any

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
from fcflow.experiments.images.factors.figures import draw_factors
from fcflow.experiments.images.factors.shares import SHARES
from fcflow.experiments.linear.columns import EXPERIMENTS, POINTS
from fcflow.experiments.linear.factors import linear_factors
from fcflow.experiments.linear.table_columns import DIMENSIONS, SLOPES
from fcflow.paper import published
from fcflow.paper.figure import figure
from fcflow.paper.labels import label_ends
from fcflow.paper.numbers import estimate, percent
from fcflow.paper.seen import trend
from fcflow.paper.style import BLACK, PUBLISHED, RED, VIOLET, headline

# The papers' 20 epochs at every dimension; and longer training where 20 epochs leave few runs
# valid.
_PAPER, _LONGER = ("dimension", "dimension_high"), ("dimension_longer",)
_COS: dict[str, Any] = {"color": VIOLET, "marker": "o"}
_PHI: dict[str, Any] = {"color": RED, "marker": "s"}
_TRAINED: tuple[tuple[tuple[str, ...], dict[str, Any], str], ...] = (
    (_PAPER, {}, ""),
    (_LONGER, {"mfc": "white"}, ", trained longer"),
)
# Series of one dimension are set side by side, so that no interval hides another.
_SPREAD = 1.03
_PUBLISHED_D = 12  # of Table 2, whose averages stand beside
_TICKS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@figure(
    "figure2",
    reads={
        "dimensions": DIMENSIONS.at("results/tables/dimension.parquet"),
        "slopes": SLOPES.at("results/tables/dimension_slopes.parquet"),
    },
    label="Figure 2",
    shows="compression against dimension",
    caption="How much of the direction that tells two classes apart a trained linear network sees:"
    " measured, |cos θ1|, and as theory predicts it from the data, φ, against the input dimension"
    " d. Left: networks that learned all their points, which the paper's averages are over. A"
    " large φ makes that likelier, so that these are selected by it, and the exponent of |cos θ1|"
    " is to be seen beside that of their own φ, written in the panel. Middle: those that did not."
    " Right: the share that did. Hollow: trained longer than the papers' 20 epochs. Lines: the"
    " exact mean E φ over all random matrices and 1/√d. Diamonds: the paper's values at d = 12.",
)
def figure2(dimensions: pd.DataFrame, slopes: pd.DataFrame, *, level: float, epochs: int) -> Figure:
    """Draw Figure 2 in three panels: runs that are valid, runs that are not, and their share."""
    drawn = Figure(figsize=(10.6, 4.2))
    valid, invalid, share = drawn.subplots(1, 3, width_ratios=[1.15, 1, 0.8])
    for axes, runs in ((valid, "valid"), (invalid, "invalid")):
        ends = draw_expected_ratio(axes, dimensions["d"])
        place = 0
        for studies, look, ending in _TRAINED:
            for quantity, own, name in (("abs_cos_theta1", _COS, "|cos θ₁|"), ("phi", _PHI, "φ")):
                rows = _rows_of(dimensions, studies, runs, quantity)
                label = f"{name}{ending}"
                draw_estimates(axes, rows, _SPREAD ** (place - 1.5), **(own | look), label=label)
                place += 1
        axes.set_yscale("log")
        if runs == "valid":
            if covers(dimensions["d"], _PUBLISHED_D):
                _draw_published(axes)
            axes.set_ylabel("|cos θ₁| and φ (1: the feature fully seen)")
        else:
            label_ends(axes, ends)
    limits = [axes.get_ylim() for axes in (valid, invalid)]
    for axes in (valid, invalid):
        axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
        show_plain_numbers(axes, "y")
        set_ticks_within(axes, _TICKS)
        dimension_ticks(axes, dimensions["d"])
    valid.set_title("Networks that learned all their points")
    small: dict[str, Any] = {"transform": valid.transAxes, "fontsize": 7.5, "va": "bottom"}
    valid.text(0.03, 0.03, "\n".join(_exponents(slopes)), **small)
    invalid.set_title("Networks that did not")
    _draw_share(share, dimensions)
    handles, labels = (
        [*left, *right]
        for left, right in zip(
            valid.get_legend_handles_labels(), share.get_legend_handles_labels(), strict=True
        )
    )
    note = f"bars: {percent(level)} intervals of means over networks"
    drawn.legend(handles, labels, loc="outside lower left", ncols=4, title=note, title_fontsize=7.5)
    headline(drawn, _seen(dimensions, slopes, epochs))
    return drawn


def _rows_of(
    rows: pd.DataFrame, studies: tuple[str, ...], runs: str, quantity: str
) -> pd.DataFrame:
    return rows[
        rows["study"].isin(studies) & (rows["runs"] == runs) & (rows["quantity"] == quantity)
    ]


def _draw_published(axes: Axes) -> None:
    values = [published.TABLE2_COS_THETA1, published.TABLE2_PHI]
    look = PUBLISHED | {"linestyle": "none", "zorder": 4, "label": "published, |cos θ₁| and φ"}
    axes.plot([_PUBLISHED_D] * 2, values, **look)


def _draw_share(axes: Axes, dimensions: pd.DataFrame) -> None:
    for studies, own, ending in _TRAINED:
        rows = _rows_of(dimensions, studies, "all", "valid_rate")
        look: dict[str, Any] = {"color": BLACK, "marker": "o", "linestyle": ":"} | own
        draw_estimates(axes, rows, 1.0, **look, label=f"share{ending}")
    if covers(dimensions["d"], _PUBLISHED_D):
        rate = published.TABLE2_VALID / published.TABLE2_RUNS
        look = PUBLISHED | {"linestyle": "none", "zorder": 4, "label": "published share"}
        axes.plot([_PUBLISHED_D], [rate], **look)
    axes.set(ylabel="share of networks", ylim=(-0.05, 1.05))
    dimension_ticks(axes, dimensions["d"])
    axes.set_title("Share of networks that did")


def _exponents(slopes: pd.DataFrame) -> list[str]:
    """Return the exponents of d in |cos θ1| and in φ of the same networks, a line each."""
    lines = []
    for study, name in (("dimension", ""), ("dimension_longer", ", trained longer")):
        own = slopes[(slopes["study"] == study) & (slopes["runs"] == "valid")]
        fits = {fit["quantity"]: fit for fit in own.dropna(subset=["estimate"]).to_dict("records")}
        lines += [
            f"{symbol}{name}: {estimate(fits[quantity])}"
            for quantity, symbol in (("abs_cos_theta1", "|cos θ₁|"), ("phi", "φ"))
            if quantity in fits
        ]
    return ["exponents of d", *lines] if lines else []


def _seen(dimensions: pd.DataFrame, slopes: pd.DataFrame, epochs: int) -> str:
    """Return what is seen where networks learn their points, and where they do not."""
    fits = slopes[(slopes["study"] == "dimension") & (slopes["runs"] == "valid")]
    fits = fits[fits["quantity"] == "abs_cos_theta1"].dropna(subset=["estimate"])
    if fits.empty:
        return "No slope: fewer than two dimensions with networks that learned all their points"
    fit = fits.iloc[0]
    how = {
        "as the law": "falls about as 1/√d",
        "falls": "falls with d, but not as 1/√d",
        "grows": "grows with d",
        "unclear": "shows no trend with d that these networks could tell",
    }[trend(fit, -0.5)]
    return (
        f"Where networks learn all their points, |cos θ₁| {how} (d = {fit['d_min']} to"
        f" {fit['d_max']}, exponent {estimate(fit)}){_beyond(dimensions, epochs)}"
    )


def _beyond(dimensions: pd.DataFrame, epochs: int) -> str:
    """Return from which d no network learns, and whether |cos θ1| rises or falls from there."""
    rates = _rows_of(dimensions, _PAPER, "all", "valid_rate").sort_values("d", ascending=False)
    none = rates[(rates["estimate"] == 0).cummin()]["d"]
    if none.empty:
        return ""
    rows = _rows_of(dimensions, _PAPER, "invalid", "abs_cos_theta1").sort_values("d")
    rows = rows[rows["d"] >= none.min()]
    first, last = rows.iloc[0], rows.iloc[-1]
    trends = {"rises": last["low"] > first["high"], "falls": last["high"] < first["low"]}
    seen = "".join(f", and |cos θ₁| {verb}" for verb, told in trends.items() if told)
    return f"; from d = {none.min()} none learns within {epochs} epochs{seen}"


@figure(
    "linear_factors",
    reads={
        "points": POINTS.at("results/linear/table2/points.parquet"),
        "experiments": EXPERIMENTS.at("results/linear/experiments.parquet"),
        "rows": SHARES.at("results/tables/linear_shares.parquet"),
    },
    label="Table 2's factors",
    shows="which factor makes some points of linear networks more fragile",
    caption="Left: the four factors of points of Table 2's networks, whose product is the black"
    " line, the least perturbation ‖e‖ over the feature's length ‖a‖; points are in its order, the"
    " most fragile first. A linear network has one gradient, so that evenness and curvature are 1"
    " (one line) and have no share; compression is |cos θ1|, the same for all points of a network."
    " Right: each factor's share of the variance between points of log(‖e‖/‖a‖), the logarithm of"
    " ‖e‖ over ‖a‖, with intervals over networks. Averaged over orders: what a factor adds to the"
    " variance explained by those taken before it, averaged over all orders in which factors may be"
    " taken. Covariance with the sum: that of a factor's logarithm with the sum of all four, over"
    " the variance of the sum, which may be negative.",
)
def linear_factor_figure(
    points: pd.DataFrame, experiments: pd.DataFrame, rows: pd.DataFrame
) -> Figure:
    """Draw the factors of Table 2's points and the shares of the variance."""
    factors = linear_factors(points, experiments)
    names = {"what": "point", "fragile": "points", "ratio": "‖e‖/‖a‖"}
    return draw_factors(factors, rows, "Linear networks", **names)
