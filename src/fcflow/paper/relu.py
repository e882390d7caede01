"""Tables 3 and 4 and what extends them: depth, dimension, column scale and width ([FC] §6)."""

from typing import Any

import pandas as pd

from fcflow.artifacts.schema import declare, integer, real, text
from fcflow.paper import published
from fcflow.paper.estimates import INTERVAL, columns
from fcflow.stats import mean_estimate, power_law_slope, proportion_estimate
from fcflow.theory.compression_ratio import expected_compression_ratio

TABLE3 = declare(
    "table 3",
    "make_table3",
    {
        "alpha": real(0, 1),
        "rho_mean": real(0, 1, nullable=True),
        "rho_low": real(nullable=True),
        "rho_high": real(nullable=True),
        "rho_median": real(0, 1, nullable=True),
        "rho2_mean": real(0, 1, nullable=True),
        "n": integer(0),
        "published_mean": real(0, 1, nullable=True),
        "published_median": real(0, 1, nullable=True),
    },
)
TABLE4 = declare(
    "table 4",
    "make_table4",
    {
        "run": integer(0),
        "points": integer(0),
        "feature_norm": real(0),
        "abs_cos_theta": real(0, 1, nullable=True),
        "certified_ratio": real(0, nullable=True),
        "minimal_ratio": real(0, nullable=True),
        "minimal_norm": real(0, nullable=True),
        "found": integer(0),
    },
)
TABLE4_AVERAGES = declare("table 4 averages", "make_table4", {"quantity": text(), **INTERVAL})
EXTENSIONS = declare(
    "relu extensions",
    "make_relu_table",
    {
        "study": text(),
        "d": integer(1),
        "depth": integer(1),
        "hidden": integer(1),
        "column_scale": real(0),
        "quantity": text(),
        **INTERVAL,
        "expected_phi": real(0, 1),
    },
)
RELU_SLOPES = declare("relu slopes", "make_relu_table", {"depth": integer(1), **INTERVAL})

_SIZES = ["study", "d", "depth", "hidden", "column_scale"]


def table3(
    segments: pd.DataFrame, experiments: pd.DataFrame, *, resamples: int, level: float
) -> pd.DataFrame:
    """Return Table 3: mean, interval and median of ρ, and the mean of ρ₂, over valid networks at each α."""
    valid = segments.merge(_valid(experiments, "table3")[["study", "run"]], on=["study", "run"])
    alphas = sorted(set(segments.loc[segments["study"] == "table3", "alpha"]))
    rows = []
    for alpha in alphas:
        here = valid[valid["alpha"] == alpha]
        rho = mean_estimate(here["rho"].dropna(), resamples=resamples, level=level)
        printed = [i for i, other in enumerate(published.TABLE3_ALPHA) if abs(other - alpha) < 1e-3]
        rows.append(
            {
                "alpha": alpha,
                "rho_mean": rho.value,
                "rho_low": rho.low,
                "rho_high": rho.high,
                "rho_median": here["rho"].median(),
                "rho2_mean": here["rho2"].mean(),
                "n": rho.n,
                "published_mean": published.TABLE3_MEAN[printed[0]] if printed else float("nan"),
                "published_median": (
                    published.TABLE3_MEDIAN[printed[0]] if printed else float("nan")
                ),
            }
        )
    return pd.DataFrame(rows)[list(TABLE3.frame.columns)]


def table4(points: pd.DataFrame) -> pd.DataFrame:
    """Return Table 4: each network's averages over its attacked points; points whose attack failed are counted out."""
    rows = []
    for run, attacked in points.groupby("run"):
        found = attacked[attacked["success"]]
        rows.append(
            {
                "run": run,
                "points": len(attacked),
                "feature_norm": attacked["feature_norm"].iloc[0],
                "abs_cos_theta": found["cos_theta"].abs().mean(),
                "certified_ratio": found["certified_ratio"].mean(),
                "minimal_ratio": found["minimal_ratio"].mean(),
                "minimal_norm": found["minimal_norm"].mean(),
                "found": len(found),
            }
        )
    return pd.DataFrame(rows, columns=list(TABLE4.frame.columns)).astype(
        {name: column.dtype.type for name, column in TABLE4.frame.columns.items()}
    )


def table4_averages(points: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return averages over all attacked points of Table 4, with intervals over networks' averages.

    Points of one network are not independent, so the interval is over networks.
    """
    found = points[points["success"]].assign(abs_cos_theta=lambda rows: rows["cos_theta"].abs())
    found = found.assign(difference=(found["minimal_ratio"] - found["abs_cos_theta"]).abs())
    rows = []
    for quantity in ("abs_cos_theta", "certified_ratio", "minimal_ratio", "difference", "bracket"):
        means = found.groupby("run")[quantity].mean().dropna()
        rows.append(
            {"quantity": quantity} | columns(mean_estimate(means, resamples=resamples, level=level))
        )
    success = proportion_estimate(int(points["success"].sum()), len(points), level=level)
    rows.append({"quantity": "success_rate"} | columns(success))
    return pd.DataFrame(rows)[list(TABLE4_AVERAGES.frame.columns)]


def extensions(experiments: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return, for every setting, the valid rate and the averages over valid networks of ρ and φ."""
    rows = []
    for values, runs in experiments.groupby(_SIZES, sort=False):
        key: dict[str, Any] = dict(zip(_SIZES, values, strict=True))
        key["expected_phi"] = float(expected_compression_ratio(key["d"]))
        valid = runs[runs["valid"]]
        found = {
            "valid_rate": proportion_estimate(len(valid), len(runs), level=level),
            "rho": mean_estimate(valid["rho_mean"].dropna(), resamples=resamples, level=level),
            "rho_all": mean_estimate(runs["rho_mean"].dropna(), resamples=resamples, level=level),
            "phi": mean_estimate(valid["phi"], resamples=resamples, level=level),
        }
        rows += [key | {"quantity": name} | columns(estimate) for name, estimate in found.items()]
    return pd.DataFrame(rows)[list(EXTENSIONS.frame.columns)]


def relu_slopes(experiments: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return, for each depth, the exponent of d that the average of ρ follows over valid networks.

    The networks are those of the study ``dimension`` and of all whose name starts with
    ``dimension_``.
    """
    rows = []
    swept = experiments[sweeps_dimension(experiments["study"])]
    for depth in sorted(set(swept["depth"])):
        chosen = swept[(swept["depth"] == depth) & swept["valid"]]
        groups = {
            d: chosen.loc[chosen["d"] == d, "rho_mean"].dropna().to_numpy()
            for d in sorted(set(chosen["d"]))
        }
        slope = power_law_slope(groups, resamples=resamples, level=level)
        rows.append({"depth": depth} | columns(slope))
    return pd.DataFrame(rows)[list(RELU_SLOPES.frame.columns)]


def sweeps_dimension(studies: "pd.Series[str]") -> "pd.Series[bool]":
    """Return which of these studies' names are ``dimension`` or start with ``dimension_``."""
    return studies.str.fullmatch("dimension(_.*)?")


def _valid(experiments: pd.DataFrame, study: str) -> pd.DataFrame:
    return experiments[(experiments["study"] == study) & experiments["valid"]]
