"""The claims that are decided from the ReLU networks: Tables 3 and 4, and the abstract's."""

import math

import pandas as pd

from fcflow.experiments.relu.table_columns import EXTENSIONS, SLOPES, TABLE3, TABLE4_AVERAGES
from fcflow.paper import published
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested, estimate_of
from fcflow.paper.claims.rules import Below, Conditions, Near, Within
from fcflow.stats import Estimate

FIXED = "2026-11-21, before (f1a6e47)"
DIFFERS = (
    "Trained with batch size {relu.batch_size} and Adam's default step, columns of A"
    " scaled by {relu.column_scale}: the papers state none of them for these networks."
)

_MEAN = published.TABLE3_MEAN[len(published.TABLE3_MEAN) // 2]
_MEDIAN = published.TABLE3_MEDIAN[len(published.TABLE3_MEDIAN) // 2]
_MEANS = published.TABLE3_MEAN
_SPREAD = (max(_MEANS) - min(_MEANS)) / (sum(_MEANS) / len(_MEANS))


def _average(averages: pd.DataFrame, quantity: str) -> Estimate:
    return estimate_of(averages[averages["quantity"] == quantity].iloc[0])


def _difference_over_cosine(averages: pd.DataFrame) -> Estimate:
    """Return Table 4's average of |‖e‖/‖a‖ − |cos θ|| in units of its average of |cos θ|."""
    return _average(averages, "difference").over(_average(averages, "abs_cos_theta").value)


@claim(
    "abstract-non-linear",
    place="Abstract",
    statement="The theory matches non-linear networks: the least perturbation is the compression "
    "times the feature.",
    statistic="average of |‖e‖/‖a‖ − |cos θ|| over the average of |cos θ|, Table 4's points",
    rule=Below(0.1, 0.25),
    sample="table4",
    reads={"averages": TABLE4_AVERAGES.at("results/tables/table4_averages.parquet")},
)
def non_linear_matches(averages: pd.DataFrame) -> Measured:
    """Compare Table 4's averages."""
    return Measured(_difference_over_cosine(averages))


@claim(
    "table3-mean",
    place="Table 3",
    statement="The average of ρ over accurate ReLU networks is about 0.327 at d = 12.",
    statistic="average of ρ in the middle of the segment",
    # 30 % are allowed with deviation: accurate networks favour large φ, so averages move with the
    # share that is accurate.
    rule=Near(_MEAN, 0.3 * _MEAN, shown=published.shown(_MEAN)),
    published=_MEAN,
    reads={"table3": TABLE3.at("results/tables/table3.parquet")},
)
def average_rho(table3: pd.DataFrame) -> Measured:
    """Take the average at the middle α."""
    row = table3.iloc[len(table3) // 2]
    mean, low, high = (float(row[f"rho_{name}"]) for name in ("mean", "low", "high"))
    return Measured(Estimate(mean, low, high, int(row["n"])))


@claim(
    "table3-median",
    place="Table 3",
    statement="The median of ρ is close to its mean, about 0.33.",
    statistic="median of ρ in the middle of the segment",
    rule=Within(_MEDIAN, 0.1 * _MEDIAN, 0.3 * _MEDIAN, shown=published.shown(_MEDIAN)),
    published=_MEDIAN,
    reads={"table3": TABLE3.at("results/tables/table3.parquet")},
)
def median_rho(table3: pd.DataFrame) -> Measured | Untested:
    """Take the median at the middle α."""
    row = table3.iloc[len(table3) // 2]
    if pd.isna(row["rho_median"]):
        return Untested("no accurate network")
    return Measured(Estimate(float(row["rho_median"]), math.nan, math.nan, int(row["n"])))


@claim(
    "table3-flat",
    place="Table 3",
    statement="ρ hardly changes along the segment between the classes.",
    statistic="range of the average of ρ over α, relative to its mean",
    rule=Below(0.05, 0.15),
    published=_SPREAD,
    reads={"table3": TABLE3.at("results/tables/table3.parquet")},
)
def rho_is_flat(table3: pd.DataFrame) -> Measured | Untested:
    """Compare the averages over α."""
    means = table3["rho_mean"].dropna()
    if means.empty:
        return Untested("no accurate network")
    spread = float((means.max() - means.min()) / means.mean())
    return Measured(Estimate(spread, math.nan, math.nan, int(table3["n"].max())))


@claim(
    "table3-depth",
    place="Section 6, after Table 3",
    statement="ρ is similarly small in networks with more layers.",
    statistic="largest average of ρ over depths, relative to one hidden layer",
    rule=Below(1.25, 1.5),
    sample="depth",
    reads={"extensions": EXTENSIONS.at("results/tables/relu.parquet")},
)
def deeper_networks_compress_too(extensions: pd.DataFrame) -> Measured | Untested:
    """Compare the averages of the study ``depth``."""
    rho = extensions[(extensions["study"] == "depth") & (extensions["quantity"] == "rho")]
    depths = rho[rho["n"] > 0].set_index("depth")
    if depths.index.min() != 1 or len(depths) < 2:
        return Untested("accurate networks of fewer than two depths")
    ratio = float(depths["estimate"].max() / depths.loc[1, "estimate"])
    note = "; ".join(f"{depth} layers: {row['estimate']:.3f}" for depth, row in depths.iterrows())
    return Measured(Estimate(ratio, math.nan, math.nan, int(depths["n"].sum())), note)


@claim(
    "table3-dimension",
    place="[TU] section 6, after Table 3",
    statement="ρ is even smaller when d increases.",
    statistic="exponent of d in the average of ρ over accurate networks, the largest of all depths",
    rule=Conditions(
        "every depth's interval lies below 0", shown="< 0", deviation="every estimate does"
    ),
    sample="relu dimension",
    reads={"slopes": SLOPES.at("results/tables/relu_slopes.parquet")},
)
def rho_falls_with_dimension(slopes: pd.DataFrame) -> Measured | Untested:
    """Take the largest exponent."""
    fitted = slopes.dropna(subset=["estimate"]).sort_values("estimate")
    if fitted.empty:
        return Untested("accurate networks at fewer than two dimensions")
    return Measured(
        estimate_of(fitted.iloc[-1]),
        f"{len(fitted)} depths.",
        held=bool((fitted["high"] < 0).all()),
        close=bool((fitted["estimate"] < 0).all()),
    )


@claim(
    "table4-ratio",
    place="Table 4",
    statement="A ReLU network's least perturbation is the compression's share of the feature: "
    "‖e‖/‖a‖ ≈ |cos θ|.",
    statistic="average of |‖e‖/‖a‖ − |cos θ|| over the average of |cos θ|",
    rule=Below(0.1, 0.25),
    sample="table4",
    reads={"averages": TABLE4_AVERAGES.at("results/tables/table4_averages.parquet")},
)
def perturbation_is_the_compression(averages: pd.DataFrame) -> Measured:
    """Compare Table 4's averages."""
    names = ("abs_cos_theta", "minimal_ratio", "certified_ratio")
    cosine, ratio, certified = (_average(averages, name).value for name in names)
    note = (
        f"Averages: |cos θ| {cosine:.4f}, ‖e‖/‖a‖ found {ratio:.4f}, certified {certified:.4f}; n"
        " counts networks."
    )
    return Measured(_difference_over_cosine(averages), note)
