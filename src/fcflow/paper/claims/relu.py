"""The claims of Tables 3 and 4."""

import math

import pandas as pd

from fcflow.paper import published
from fcflow.paper.claims.claim import Claims, Finding, below, estimate_of, graded, near, untestable
from fcflow.stats import Estimate

CLAIMS = Claims()


def _middle(table3: pd.DataFrame) -> Estimate:
    """Return the average of ρ at the middle of the segment, as an estimate."""
    row = table3.iloc[len(table3) // 2]
    return Estimate(
        float(row["rho_mean"]), float(row["rho_low"]), float(row["rho_high"]), int(row["n"])
    )


def difference_over_cosine(averages: pd.DataFrame) -> Estimate:
    """Return Table 4's average of |‖e‖/‖a‖ − |cos θ|| in units of its average of |cos θ|."""
    difference, cosine = (_average(averages, name) for name in ("difference", "abs_cos_theta"))
    scale = cosine.value
    return Estimate(
        difference.value / scale, difference.low / scale, difference.high / scale, difference.n
    )


def _average(averages: pd.DataFrame, quantity: str) -> Estimate:
    return estimate_of(averages[averages["quantity"] == quantity].iloc[0])


@CLAIMS.add(
    "table3-mean",
    "Table 3",
    "The average of ρ over accurate ReLU networks is about 0.327 at d = 12.",
    statistic="average of ρ in the middle of the segment",
    rule=(
        "reproduced if the interval holds the published value; with deviation if the estimate is"
        " within 30 % of it: accurate networks favour large φ, so averages move with the share that"
        " is accurate"
    ),
    artifacts=("table3",),
)
def _average_rho(table3: pd.DataFrame) -> Finding:
    printed = published.TABLE3_MEAN[len(published.TABLE3_MEAN) // 2]
    return near(_middle(table3), printed, 0.3 * printed, shown=f"{printed:g} published")


@CLAIMS.add(
    "table3-median",
    "Table 3",
    "The median of ρ is close to its mean, about 0.33.",
    statistic="median of ρ in the middle of the segment",
    rule="reproduced if it is within 10 % of the published value; with deviation if within 30 %",
    artifacts=("table3",),
)
def _median_rho(table3: pd.DataFrame) -> Finding:
    printed = published.TABLE3_MEDIAN[len(published.TABLE3_MEDIAN) // 2]
    row = table3.iloc[len(table3) // 2]
    if pd.isna(row["rho_median"]):
        return untestable("no accurate network", f"{printed:g} published")
    off = abs(row["rho_median"] - printed) / printed
    estimate = Estimate(float(row["rho_median"]), math.nan, math.nan, int(row["n"]))
    return Finding(estimate, graded(off <= 0.1, off <= 0.3), f"{printed:g} published")


@CLAIMS.add(
    "table3-flat",
    "Table 3",
    "ρ hardly changes along the segment between the classes.",
    statistic="range of the average of ρ over α, relative to its mean",
    rule=(
        "reproduced if it is at most 0.05 (published: 0.003); with deviation if it is at most 0.15"
    ),
    artifacts=("table3",),
)
def _rho_is_flat(table3: pd.DataFrame) -> Finding:
    means = table3["rho_mean"].dropna()
    if means.empty:
        return untestable("no accurate network", "0.003 published")
    spread = float((means.max() - means.min()) / means.mean())
    estimate = Estimate(spread, math.nan, math.nan, int(table3["n"].max()))
    return Finding(estimate, graded(spread <= 0.05, spread <= 0.15), "0.003 published")


@CLAIMS.add(
    "table3-depth",
    "Section 6, after Table 3",
    "ρ is similarly small in networks with more layers.",
    statistic="largest average of ρ over depths, relative to one hidden layer",
    rule=(
        "reproduced if every depth's average is at most 1.25 times that of one layer; with"
        " deviation if 1.5 times"
    ),
    artifacts=("relu",),
)
def _deeper_networks_compress_too(relu: pd.DataFrame) -> Finding:
    found = relu[
        (relu["study"] == "depth") & (relu["quantity"] == "rho") & (relu["n"] > 0)
    ].set_index("depth")
    if found.index.min() != 1 or len(found) < 2:
        return untestable("accurate networks of fewer than two depths", "≤ 1.25")
    ratio = float(found["estimate"].max() / found.loc[1, "estimate"])
    note = "; ".join(f"{depth} layers: {row['estimate']:.3f}" for depth, row in found.iterrows())
    estimate = Estimate(ratio, math.nan, math.nan, int(found["n"].sum()))
    return Finding(estimate, graded(ratio <= 1.25, ratio <= 1.5), "≤ 1.25", note)


@CLAIMS.add(
    "table3-dimension",
    "[TU] section 6, after Table 3",
    "ρ is even smaller when d increases.",
    statistic="exponent of d in the average of ρ over accurate networks, the largest of all depths",
    rule="reproduced if every depth's interval lies below 0; with deviation if every estimate does",
    artifacts=("relu_slopes",),
)
def _rho_falls_with_dimension(slopes: pd.DataFrame) -> Finding:
    found = slopes.dropna(subset=["estimate"])
    if found.empty:
        return untestable("accurate networks at fewer than two dimensions", "< 0")
    largest = found.sort_values("estimate").iloc[-1]
    verdict = graded(bool((found["high"] < 0).all()), bool((found["estimate"] < 0).all()))
    return Finding(estimate_of(largest), verdict, "< 0", f"{len(found)} depths.")


@CLAIMS.add(
    "table4-ratio",
    "Table 4",
    "A ReLU network's least perturbation is the compression's share of the feature: ‖e‖/‖a‖ ≈"
    " |cos θ|.",
    statistic="average of |‖e‖/‖a‖ − |cos θ|| over the average of |cos θ|",
    rule="reproduced if the interval ends below 0.1; with deviation if the estimate is below 0.25",
    artifacts=("table4_averages",),
)
def _perturbation_is_the_compression(averages: pd.DataFrame) -> Finding:
    names = ("abs_cos_theta", "minimal_ratio", "certified_ratio")
    cosine, found, certified = (_average(averages, name).value for name in names)
    note = (
        f"Averages: |cos θ| {cosine:.4f}, ‖e‖/‖a‖ found {found:.4f}, certified {certified:.4f}; n"
        " counts networks."
    )
    return below(difference_over_cosine(averages), 0.1, 0.25, note)
