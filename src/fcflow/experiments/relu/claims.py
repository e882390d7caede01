"""The claims that are decided from the ReLU networks: Tables 3 and 4, and the abstract's."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.clusters import clustered_estimate
from fcflow.experiments.relu.columns import EXPERIMENTS, POINTS, SEGMENTS
from fcflow.experiments.relu.table_columns import SLOPES, TABLE3, TABLE4_AVERAGES
from fcflow.paper import published
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested, estimate_of
from fcflow.paper.claims.rules import Below, Between, Conditions, Near, Within
from fcflow.paper.numbers import estimate
from fcflow.stats import Estimate, quantile_estimate

FIXED = "2026-11-21, before (f1a6e47)"
DIFFERS = (
    "Trained with batch size {relu.batch_size} and Adam's default step, columns of A"
    " scaled by {relu.column_scale}: the papers state none of them for these networks."
)

Result = Measured | Untested
_MEAN = published.TABLE3_MEAN[len(published.TABLE3_MEAN) // 2]
_MEDIAN = published.TABLE3_MEDIAN[len(published.TABLE3_MEDIAN) // 2]
_MEANS = published.TABLE3_MEAN
_SPREAD = (max(_MEANS) - min(_MEANS)) / (sum(_MEANS) / len(_MEANS))


def _average(averages: pd.DataFrame, quantity: str) -> Estimate:
    return estimate_of(averages[averages["quantity"] == quantity].iloc[0])


def _accurate(segments: pd.DataFrame, experiments: pd.DataFrame) -> pd.DataFrame:
    """Return ρ of Table 3's accurate networks, a row a network and a column a point α."""
    runs = experiments[(experiments["study"] == "table3") & experiments["valid"]]
    return segments[segments["run"].isin(runs["run"])].pivot(
        index="run", columns="alpha", values="rho"
    )


@claim(
    "abstract-non-linear",
    place="Abstract",
    statement="The theory matches non-linear networks: a ReLU network's least perturbation is the"
    " compression times the feature.",
    statistic="slope of ‖e‖/‖a‖ on |cos θ| through the origin, over Table 4's points",
    # As close as Table 4's averages have to be.
    rule=Between(0.9, 1.1, shown="1"),
    fixed="2026-11-26, after (94a969e)",
    sample="table4",
    evidence=("table4", "table4_scatter"),
    reads={"points": POINTS.at("results/relu/table4/points.parquet")},
)
def non_linear_matches(points: pd.DataFrame, *, resamples: int, level: float) -> Result:
    """Fit a line through the points, of which those of one network are resampled together."""
    found = points[points["success"]].dropna(subset=["cos_theta", "minimal_ratio"])
    if found.empty:
        return Untested("no point whose class was flipped")
    cosine, ratio = found["cos_theta"].abs().to_numpy(), found["minimal_ratio"].to_numpy()
    slope = clustered_estimate(
        lambda places: float(cosine[places] @ ratio[places] / (cosine[places] @ cosine[places])),
        found["run"],
        resamples=resamples,
        level=level,
    )
    farthest = float(np.abs(ratio - cosine).max())
    return Measured(
        slope, f"{found['run'].nunique()} networks; a point is {farthest:.3f} off at most."
    )


@claim(
    "table3-mean",
    place="Table 3",
    statement="The average of ρ over accurate ReLU networks is about 0.327 at d = 12.",
    statistic="average of ρ in the middle of the segment",
    # 30 % are allowed with deviation: accurate networks favour large φ, so averages move with the
    # share that is accurate.
    rule=Near(_MEAN, 0.3 * _MEAN, shown=published.shown(_MEAN)),
    published=_MEAN,
    sample="table3",
    evidence=("table3", "rho_distribution"),
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
    statement="The median of ρ over accurate ReLU networks is close to its mean, about 0.33.",
    statistic="median of ρ in the middle of the segment",
    rule=Within(_MEDIAN, 0.1 * _MEDIAN, 0.3 * _MEDIAN, shown=published.shown(_MEDIAN)),
    published=_MEDIAN,
    evidence=("table3",),
    sample="table3",
    reads={
        "segments": SEGMENTS.at("results/relu/table3/segments.parquet"),
        "experiments": EXPERIMENTS.at("results/relu/experiments.parquet"),
    },
)
def median_rho(segments: pd.DataFrame, experiments: pd.DataFrame, *, level: float) -> Result:
    """Take the median at the middle α."""
    rho = _accurate(segments, experiments)
    if rho.empty:
        return Untested("no accurate network")
    return Measured(quantile_estimate(rho.iloc[:, rho.shape[1] // 2].dropna(), 0.5, level=level))


@claim(
    "table3-flat",
    place="Table 3",
    statement="ρ of ReLU networks hardly changes along the segment between the classes.",
    statistic="range of the average of ρ over α, relative to its mean",
    rule=Below(0.05, 0.15),
    published=_SPREAD,
    evidence=("table3",),
    # The rule is of 2026-11-21 (f1a6e47); the interval, which counts since, is not.
    fixed="2026-11-26, after (94a969e)",
    sample="table3",
    reads={
        "segments": SEGMENTS.at("results/relu/table3/segments.parquet"),
        "experiments": EXPERIMENTS.at("results/relu/experiments.parquet"),
    },
)
def rho_is_flat(
    segments: pd.DataFrame, experiments: pd.DataFrame, *, resamples: int, level: float
) -> Result:
    """Compare the averages over α."""
    rho = _accurate(segments, experiments).dropna().to_numpy()
    if not len(rho):
        return Untested("no accurate network")

    def spread(places: NDArray[np.int64]) -> float:
        means = rho[places].mean(axis=0)
        return float(np.ptp(means) / means.mean())

    return Measured(
        clustered_estimate(spread, np.arange(len(rho)), resamples=resamples, level=level)
    )


@claim(
    "table3-depth",
    place="Section 6, after Table 3",
    statement="ρ is similarly small in networks with more layers: in ReLU networks of any depth it"
    " is about what it is with one hidden layer.",
    statistic="largest average of ρ over depths, relative to one hidden layer",
    rule=Below(1.25, 1.5),
    # The rule is of 2026-11-21 (f1a6e47); the interval, which counts since, is not.
    fixed="2026-11-26, after (94a969e)",
    sample="depth",
    evidence=("relu", "rho_dimension"),
    reads={"experiments": EXPERIMENTS.at("results/relu/experiments.parquet")},
)
def deeper_networks_compress_too(
    experiments: pd.DataFrame, *, resamples: int, level: float
) -> Result:
    """Compare the averages of the study ``depth``."""
    swept = experiments[(experiments["study"] == "depth") & experiments["valid"]]
    networks = swept.dropna(subset=["rho_mean"])
    depths, at = np.unique(networks["depth"].to_numpy(), return_inverse=True)
    if len(depths) < 2 or depths[0] != 1:
        return Untested("accurate networks of fewer than two depths")
    rho = networks["rho_mean"].to_numpy()

    def largest(places: NDArray[np.int64]) -> float:
        means = np.bincount(at[places], rho[places]) / np.bincount(at[places])
        return float(means.max() / means[0])

    ratio = clustered_estimate(
        largest, np.arange(len(rho)), strata=at, resamples=resamples, level=level
    )
    means = networks.groupby("depth")["rho_mean"].mean()
    return Measured(ratio, _of_depths(means))


def _of_depths(means: "pd.Series[float]") -> str:
    """Return the averages by the number of hidden layers."""
    listed = ", ".join(f"{mean:.3f} with {depth}" for depth, mean in means.items())
    return f"By hidden layers the averages are {listed}."


@claim(
    "table3-dimension",
    place="[TU] section 6, after Table 3",
    statement="ρ of ReLU networks, whatever their depth, is even smaller when d increases.",
    statistic="exponent of d in the average of ρ over accurate networks, the largest of all depths",
    rule=Conditions(
        "every depth's interval lies below 0", shown="< 0", deviation="every estimate does"
    ),
    sample="relu dimension",
    evidence=("rho_dimension",),
    reads={"slopes": SLOPES.at("results/tables/relu_slopes.parquet")},
)
def rho_falls_with_dimension(slopes: pd.DataFrame) -> Result:
    """Take the largest exponent."""
    fitted = slopes.dropna(subset=["estimate"]).sort_values("estimate")
    if fitted.empty:
        return Untested("accurate networks at fewer than two dimensions")
    return Measured(
        estimate_of(fitted.iloc[-1]),
        _of_exponents(fitted.sort_values("depth")),
        held=bool((fitted["high"] < 0).all()),
        close=bool((fitted["estimate"] < 0).all()),
    )


def _of_exponents(fitted: pd.DataFrame) -> str:
    """Return each depth's exponent, and what its interval says."""
    listed = "; ".join(
        f"{estimate(row, limits=[0])} with {row['depth']}, {_sense(row['low'], row['high'])}"
        for row in fitted.to_dict("records")
    )
    return f"By hidden layers the exponents are {listed}."


def _sense(low: float, high: float) -> str:
    if high < 0:
        return "ρ falls"
    return "ρ rises" if low > 0 else "undecided"


@claim(
    "table4-ratio",
    place="Table 4",
    statement="A ReLU network's least perturbation is the compression's share of the feature: "
    "‖e‖/‖a‖ ≈ |cos θ|.",
    statistic="average of |‖e‖/‖a‖ − |cos θ|| over the average of |cos θ|",
    rule=Below(0.1, 0.25),
    sample="table4",
    evidence=("table4", "table4_scatter"),
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
    difference = _average(averages, "difference").over(cosine)
    return Measured(difference, f"{note} The paper's entries are lost in its text.")
