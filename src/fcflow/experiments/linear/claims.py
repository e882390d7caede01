"""The claims decided from the linear networks: Tables 1 and 2, Figure 2, the abstract's."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.clusters import clustered_estimate
from fcflow.experiments.hypercube.exponent import exponent_of_d
from fcflow.experiments.linear.columns import EXPERIMENTS
from fcflow.experiments.linear.table_columns import BATCH_SIZES, SLOPES, TABLE1, TABLE2
from fcflow.paper import published
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested, estimate_of
from fcflow.paper.claims.rules import Above, Below, Conditions, Near, Within
from fcflow.paper.numbers import estimate as shown_estimate
from fcflow.stats import Estimate, mean_estimate, proportion_estimate

FIXED = "2026-11-21, after (f1a6e47)"
DIFFERS = (
    "Trained with batch size {linear.batch_size} and Adam's default step: the papers state"
    " neither, nor do they say how points are drawn where there are too many corners."
)

Result = Measured | Untested
_FIGURE2 = "The paper draws its values and prints none."
# Fewer runs than these tell little of an average, whatever their interval.
_FEW = 5
_THRESHOLD = 0.9  # the papers' on |cos θ2|, whatever the tables' is
_ALIGNED = [run.difference for run in published.TABLE1 if abs(run.cos_theta2) > _THRESHOLD]
_OTHERS = [run.difference for run in published.TABLE1 if abs(run.cos_theta2) <= _THRESHOLD]
_PUBLISHED_SHARE = len(_ALIGNED) / len(published.TABLE1)
_VALID_RATE = published.TABLE2_VALID / published.TABLE2_RUNS
_ALIGNED_RATE = published.TABLE2_ALIGNED / published.TABLE2_VALID


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4)


def _average_of(value: float) -> Near:
    """Return the rule for a published average."""
    # 30 % are allowed with deviation: valid runs favour large φ, so averages move with their rate.
    return Near(value, 0.3 * value, shown=published.shown(value))


def _valid_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the valid runs of an experiment, or of Table 1, which lists no others."""
    runs = rows[rows["valid"]] if "valid" in rows else rows.dropna(subset=["run"])
    return runs.assign(
        aligned=runs["cos_theta2"].abs() > _THRESHOLD,
        difference=(runs["cos_theta1"].abs() - runs["phi"]).abs(),
    )


def _over_dimensions(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return the valid runs of the papers' 20 epochs, at points of which ‖e‖ could be compared."""
    trained = experiments["study"].isin(["dimension", "dimension_high"])
    return experiments[trained & experiments["valid"]].dropna(subset=["robustness_ratio_mean"])


def _row(table2: pd.DataFrame, quantity: str, runs: str) -> pd.Series:
    return table2[(table2["runs"] == runs) & (table2["quantity"] == quantity)].iloc[0]


def _estimate(table2: pd.DataFrame, quantity: str, runs: str = "aligned") -> Estimate:
    return estimate_of(_row(table2, quantity, runs))


def _slope(slopes: pd.DataFrame, quantity: str, runs: str = "valid") -> pd.Series:
    """Return the exponent over the valid runs of the papers' 20 epochs, or over all."""
    own = slopes[(slopes["study"] == "dimension") & (slopes["runs"] == runs)]
    return own[own["quantity"] == quantity].iloc[0]


@claim(
    "figure2-cos",
    place="Figure 2",
    statement="The compression |cos θ1| of trained linear networks falls as 1/√d.",
    statistic="exponent of d in the average of |cos θ1| over valid runs",
    rule=Near(-0.5, 0.1),
    sample="dimension",
    reads={"slopes": SLOPES.at("results/tables/dimension_slopes.parquet")},
)
def compression_falls(slopes: pd.DataFrame) -> Measured:
    """Take the exponent of |cos θ1|."""
    row, all_runs = (_slope(slopes, "abs_cos_theta1", runs) for runs in ("valid", "all"))
    note = (
        f"d = {row['d_min']} to {row['d_max']}, {row['n']} valid runs. Over all {all_runs['n']},"
        f" valid or not, d = {all_runs['d_min']} to {all_runs['d_max']}, it is"
        f" {shown_estimate(all_runs)}."
    )
    if row["n"] and row["d_max"] < all_runs["d_max"]:
        note += f" No run is valid beyond d = {row['d_max']}."
    return Measured(estimate_of(row), f"{note} {_FIGURE2}")


@claim(
    "abstract-degrades",
    place="Abstract",
    statement="A neural network's adversarial robustness, here a linear network's, relative to the"
    " optimal classifier's, degrades as d increases.",
    statistic="exponent of d in ‖e‖ over the least perturbation that the optimal classifier does "
    "not tolerate, valid linear networks, both exact",
    rule=Below(0.0, 0.0, shown="< 0"),
    fixed="2026-11-26, after (94a969e)",
    sample="dimension",
    evidence=("dimension", "figure2"),
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
)
def robustness_degrades(experiments: pd.DataFrame, *, resamples: int, level: float) -> Result:
    """Fit the ratio of both classifiers' least perturbations, at points drawn of each run."""
    runs = _over_dimensions(experiments)
    if runs["d"].nunique() < 2:
        return Untested("valid runs at fewer than two dimensions")
    slope = exponent_of_d(runs, "robustness_ratio_mean", resamples=resamples, level=level)
    return Measured(slope, f"d = {runs['d'].min()} to {runs['d'].max()}.")


@claim(
    "abstract-one-over-root-d",
    place="Abstract",
    statement="A neural network's adversarial robustness, here a linear network's, can be only 1/√d"
    " of the best possible.",
    statistic="√d times the average of ‖e‖ over the least perturbation that the optimal classifier "
    "does not tolerate, valid linear networks, the largest d of which all corners are trained on",
    rule=Below(1.0, loosely=2.0),
    fixed="2026-11-26, after (94a969e)",
    sample="dimension",
    evidence=("dimension", "figure2"),
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
)
def robustness_is_one_over_root_d(
    experiments: pd.DataFrame, *, resamples: int, level: float
) -> Result:
    """Average at one dimension, in units of 1/√d."""
    runs = _over_dimensions(experiments)
    runs = runs[runs["enumerated"]]
    if runs.empty:
        return Untested("no valid run that is trained on all corners")
    d = int(runs["d"].max())
    ratios = runs.loc[runs["d"] == d, "robustness_ratio_mean"]
    average = mean_estimate(ratios, resamples=resamples, level=level)
    note = (
        f"d = {d}, of which the ratio itself is {average.value:.3f}; valid runs favour large φ,"
        " and with it large ratios."
    )
    return Measured(average.over(1 / math.sqrt(d)), note)


@claim(
    "abstract-matches",
    place="Abstract",
    statement="The theory matches numerical experiments of practically trained networks remarkably"
    " well: |cos θ1| of linear networks is φ.",
    statistic="average of ||cos θ1| − φ| over the average of φ, Table 2's runs",
    rule=Below(0.15, 0.3),
    published=published.TABLE2_DIFFERENCE / published.TABLE2_PHI,
    sample="table2",
    evidence=("table2",),
    reads={
        "experiments": EXPERIMENTS.at("results/linear/experiments.parquet"),
        "table2": TABLE2.at("results/tables/table2.parquet"),
    },
)
def theory_matches(
    experiments: pd.DataFrame, table2: pd.DataFrame, *, resamples: int, level: float
) -> Result:
    """Take Table 2's average of ||cos θ1| − φ| in units of its average of φ."""
    runs = _valid_runs(experiments[experiments["study"] == "table2"])
    runs = runs[runs["aligned"]]
    if runs.empty:
        return Untested("no valid run with |cos θ2| > 0.9")
    difference, phi = runs["difference"].to_numpy(), runs["phi"].to_numpy()
    ratio = clustered_estimate(
        lambda places: difference[places].mean() / phi[places].mean(),
        np.arange(len(runs)),
        resamples=resamples,
        level=level,
    )
    return Measured(ratio, _of_selected(table2))


def _of_selected(table2: pd.DataFrame) -> str:
    """Return what the selection by |cos θ2| does to the average of ||cos θ1| − φ|."""
    selected, every = (_row(table2, "difference", runs) for runs in ("aligned", "valid"))
    return (
        f"Over the {selected['n']} of {every['n']} valid runs with |cos θ2| > {_THRESHOLD:g}, which"
        f" selects: ||cos θ1| − φ| is {shown_estimate(selected)} on average over these,"
        f" {shown_estimate(every)} over all."
    )


@claim(
    "table1-relation",
    place="Table 1",
    statement="A trained linear network's compression |cos θ1| is close to the theoretical ratio "
    "φ.",
    statistic="average of ||cos θ1| − φ| over valid runs with |cos θ2| > 0.9",
    rule=Within(0.0, 0.05, 0.1),
    published=_mean(_ALIGNED),
    reads={"table1": TABLE1.at("results/tables/table1.parquet")},
)
def compression_is_phi(table1: pd.DataFrame, *, resamples: int, level: float) -> Result:
    """Average over the runs that are aligned."""
    runs = _valid_runs(table1)
    aligned = runs.loc[runs["aligned"], "difference"]
    if aligned.empty:
        return Untested("no valid run with |cos θ2| > 0.9")
    note = "Other random matrices than the published ones: the relation is compared, not the rows."
    return Measured(mean_estimate(aligned, resamples=resamples, level=level), note)


@claim(
    "table1-direction",
    place="Table 1",
    statement="The probing vector W1 of a trained linear network aligns with the last row of A⁻¹:"
    " |cos θ2| is close to 1.",
    statistic="share of valid runs with |cos θ2| > 0.9",
    rule=Conditions(
        "the interval holds the published share or the estimate is above it",
        shown=published.shown(_PUBLISHED_SHARE),
    ),
    published=_PUBLISHED_SHARE,
    reads={"table1": TABLE1.at("results/tables/table1.parquet")},
)
def probe_is_the_inverse_row(table1: pd.DataFrame, *, level: float) -> Result:
    """Count the runs that are aligned."""
    runs = _valid_runs(table1)
    if runs.empty:
        return Untested("no valid run")
    share = proportion_estimate(int(runs["aligned"].sum()), len(runs), level=level)
    return Measured(share, held=share.high >= _PUBLISHED_SHARE, close=False)


@claim(
    "table1-exception",
    place="Table 1, experiment 7",
    statement="A linear network whose |cos θ2| is small breaks the relation between |cos θ1| and"
    " φ.",
    statistic="average of ||cos θ1| − φ| over valid runs with |cos θ2| ≤ 0.9, minus that over the "
    "others, runs of Tables 1 and 2",
    rule=Above(0.0, loosely=0.0, shown="> 0", provided="there are at least five such runs"),
    fixed="2026-11-26, after (94a969e)",
    sample="table1",
    evidence=("table1", "table2"),
    published=_mean(_OTHERS) - _mean(_ALIGNED),
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
)
def misaligned_runs_differ(experiments: pd.DataFrame, *, resamples: int, level: float) -> Result:
    """Compare the runs that are not aligned with those that are."""
    runs = _valid_runs(experiments[experiments["study"].isin(["table1", "table2"])])
    difference, aligned = runs["difference"].to_numpy(), runs["aligned"].to_numpy()
    others = int((~aligned).sum())
    if not 0 < others < len(runs):
        return Untested("no such run among ours")

    def excess(places: NDArray[np.int64]) -> float:
        values, which = difference[places], aligned[places]
        return float(values[~which].mean() - values[which].mean())

    estimate = clustered_estimate(
        excess, np.arange(len(runs)), strata=aligned, resamples=resamples, level=level
    )
    note = f"{others} of {len(runs)} valid runs are such; published is one of ten."
    return Measured(replace(estimate, n=others), note, held=others >= _FEW)


@claim(
    "table2-valid",
    place="Table 2",
    statement="20 of 50 linear networks reach training accuracy 1.",
    statistic="share of runs that do",
    rule=Conditions(
        f"the interval holds {_VALID_RATE:g}",
        shown=published.shown(_VALID_RATE),
        deviation="the shares at other batch sizes lie on both sides of it, since the papers do "
        "not state theirs",
    ),
    published=_VALID_RATE,
    reads={
        "table2": TABLE2.at("results/tables/table2.parquet"),
        "batch_size": BATCH_SIZES.at("results/tables/batch_size.parquet"),
    },
)
def valid_rate(table2: pd.DataFrame, batch_size: pd.DataFrame) -> Measured:
    """Take Table 2's share, beside those at other batch sizes."""
    rate = _estimate(table2, "valid_rate", "all")
    others = batch_size.loc[batch_size["quantity"] == "valid_rate", "estimate"]
    low, high = float(others.min()), float(others.max())
    note = f"Over batch sizes the share goes from {low:.2f} to {high:.2f}."
    held = rate.low <= _VALID_RATE <= rate.high
    return Measured(rate, note, held, close=low <= _VALID_RATE <= high)


@claim(
    "table2-aligned",
    place="Table 2",
    statement="18 of the 20 linear networks that reach training accuracy 1 have |cos θ2| > 0.9.",
    statistic="share of valid runs that do",
    rule=Near(_ALIGNED_RATE, 0.1, shown=published.shown(_ALIGNED_RATE)),
    published=_ALIGNED_RATE,
    reads={"table2": TABLE2.at("results/tables/table2.parquet")},
)
def aligned_rate(table2: pd.DataFrame) -> Measured:
    """Take Table 2's share."""
    return Measured(_estimate(table2, "aligned_rate", "valid"))


@claim(
    "table2-cos",
    place="Table 2",
    statement="The average of |cos θ1| over linear networks with |cos θ2| > 0.9 is 0.3645.",
    statistic="average over valid runs with |cos θ2| > 0.9",
    rule=_average_of(published.TABLE2_COS_THETA1),
    published=published.TABLE2_COS_THETA1,
    reads={"table2": TABLE2.at("results/tables/table2.parquet")},
)
def average_compression(table2: pd.DataFrame) -> Measured:
    """Take Table 2's average."""
    return Measured(_estimate(table2, "abs_cos_theta1"))


@claim(
    "table2-phi",
    place="Table 2",
    statement="The average of φ over linear networks with |cos θ2| > 0.9 is 0.3280.",
    statistic="average over valid runs with |cos θ2| > 0.9",
    rule=_average_of(published.TABLE2_PHI),
    published=published.TABLE2_PHI,
    reads={"table2": TABLE2.at("results/tables/table2.parquet")},
)
def average_phi(table2: pd.DataFrame) -> Measured:
    """Take Table 2's average."""
    return Measured(_estimate(table2, "phi"))


@claim(
    "table2-difference",
    place="Table 2",
    statement="The average of ||cos θ1| − φ| over linear networks with |cos θ2| > 0.9 is small:"
    " 0.0367.",
    statistic="average over valid runs with |cos θ2| > 0.9",
    rule=Conditions(
        "the interval ends below the published value or holds it",
        shown=published.shown(published.TABLE2_DIFFERENCE),
        deviation="the estimate is below 0.1",
    ),
    published=published.TABLE2_DIFFERENCE,
    reads={"table2": TABLE2.at("results/tables/table2.parquet")},
)
def average_difference(table2: pd.DataFrame) -> Result:
    """Take Table 2's average."""
    average = _estimate(table2, "difference")
    if math.isnan(average.value):
        return Untested("no valid run with |cos θ2| > 0.9")
    low = average.value if math.isnan(average.low) else average.low
    return Measured(average, held=low <= published.TABLE2_DIFFERENCE, close=average.value <= 0.1)


@claim(
    "figure2-phi",
    place="Figure 2",
    statement="The theoretical ratio φ falls as 1/√d.",
    statistic="exponent of d in the average of φ over valid runs",
    rule=Near(-0.5, 0.1),
    sample="dimension",
    reads={"slopes": SLOPES.at("results/tables/dimension_slopes.parquet")},
)
def phi_falls(slopes: pd.DataFrame) -> Measured:
    """Take the exponent of φ."""
    return Measured(estimate_of(_slope(slopes, "phi")), _FIGURE2)


@claim(
    "figure2-match",
    place="Figure 2",
    statement="φ and |cos θ1| of linear networks match at higher dimensions too.",
    statistic="largest relative difference of their averages over valid runs, over all d with "
    "valid runs",
    rule=Below(0.2, 0.5, shown="0"),
    # The rule is of 2026-11-21 (f1a6e47); the interval, which counts since, is not.
    fixed="2026-11-26, after (94a969e)",
    sample="dimension",
    evidence=("figure2", "dimension"),
    reads={"experiments": EXPERIMENTS.at("results/linear/experiments.parquet")},
)
def curves_match(experiments: pd.DataFrame, *, resamples: int, level: float) -> Result:
    """Take the worst dimension."""
    trained = experiments[experiments["study"].isin(["dimension", "dimension_high"])]
    runs = trained[trained["valid"]]
    if runs.empty:
        return Untested("no valid run at any d")
    d, phi = runs["d"].to_numpy(), runs["phi"].to_numpy()
    excess = runs["cos_theta1"].abs().to_numpy() - phi
    places_of = np.unique(d, return_inverse=True)[1]

    def worst(places: NDArray[np.int64]) -> float:
        at = places_of[places]
        differences = np.bincount(at, excess[places]) / np.bincount(at, phi[places])
        return float(np.abs(differences).max())

    estimate = clustered_estimate(
        worst, np.arange(len(runs)), strata=d, resamples=resamples, level=level
    )
    without = ", ".join(map(str, sorted({*trained["d"]} - {*d.tolist()})))
    note = f"No run is valid at d = {without}, where nothing is compared." if without else ""
    return Measured(estimate, f"{note} {_FIGURE2}".strip())


@claim(
    "table1-perturbation",
    place="Table 1",
    statement="|cos θ1| is the share of ‖a‖ that the least perturbation of a trained linear network"
    " needs.",
    statistic="average of |‖e‖/‖a‖ − |cos θ1|| over valid runs",
    rule=Below(0.01, 0.05, shown="0"),
    reads={"table1": TABLE1.at("results/tables/table1.parquet")},
)
def perturbation_is_compression(table1: pd.DataFrame, *, resamples: int, level: float) -> Result:
    """Average over all valid runs."""
    runs = table1.dropna(subset=["run"])
    if runs.empty:
        return Untested("no valid run")
    gaps = (runs["minimal_ratio_mean"] - runs["cos_theta1"].abs()).abs()
    estimate = mean_estimate(gaps, resamples=resamples, level=level)
    return Measured(estimate, "Least perturbations in closed form.")
