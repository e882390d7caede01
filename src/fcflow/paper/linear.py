"""Tables 1 and 2, the sensitivity to the batch size, and the numbers behind Figure 2 ([FC] §6)."""

from typing import Any

import numpy as np
import pandas as pd

from fcflow.artifacts.schema import declare, flag, integer, real, text
from fcflow.paper import published
from fcflow.paper.estimates import INTERVAL, columns
from fcflow.stats import Estimate, mean_estimate, power_law_slope, proportion_estimate
from fcflow.theory.compression_ratio import expected_compression_ratio

TABLE1 = declare(
    "table 1",
    "make_table1",
    {
        "experiment": integer(1),
        "run": real(0, nullable=True),
        "cos_theta1": real(-1, 1, nullable=True),
        "cos_theta2": real(-1, 1, nullable=True),
        "phi": real(0, 1, nullable=True),
        "minimal_ratio_mean": real(0, nullable=True),
        "minimal_ratio_min": real(0, nullable=True),
        "published_cos_theta1": real(-1, 1, nullable=True),
        "published_cos_theta2": real(-1, 1, nullable=True),
        "published_phi": real(0, 1, nullable=True),
    },
)
TABLE2 = declare(
    "table 2",
    "make_table2",
    {"runs": text(), "quantity": text(), **INTERVAL, "published": real(nullable=True)},
)
BATCH_SIZES = declare(
    "batch sizes",
    "make_batch_size_table",
    {"batch_size": integer(1), "quantity": text(), **INTERVAL},
)
DIMENSIONS = declare(
    "figure 2",
    "make_dimension_table",
    {
        "study": text(),
        "d": integer(1),
        "enumerated": flag(),
        "runs": text(),
        "quantity": text(),
        **INTERVAL,
        "expected_phi": real(0, 1),
    },
)
SLOPES = declare(
    "figure 2 slopes",
    "make_dimension_table",
    {
        "study": text(),
        "runs": text(),
        "quantity": text(),
        **INTERVAL,
        "d_min": integer(1),
        "d_max": integer(1),
    },
)

_QUANTITIES = ("abs_cos_theta1", "phi", "difference", "minimal_ratio_mean")


def table1(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return Table 1: each valid run's cos θ1, cos θ2, φ and ‖e‖/‖a‖, and the published ten beside them.

    There are as many rows as the longer of the two has; what is short is left empty.
    """
    valid = experiments[(experiments["study"] == "table1") & experiments["valid"]].reset_index(
        drop=True
    )
    printed = pd.DataFrame([vars(experiment) for experiment in published.TABLE1]).add_prefix(
        "published_"
    )
    columns = ["run", "cos_theta1", "cos_theta2", "phi", "minimal_ratio_mean", "minimal_ratio_min"]
    rows = pd.concat([valid[columns].astype(float), printed], axis=1)
    rows.insert(0, "experiment", np.arange(1, len(rows) + 1))
    return rows


def table2(
    experiments: pd.DataFrame, *, threshold: float, resamples: int, level: float
) -> pd.DataFrame:
    """Return Table 2: valid rate, runs with |cos θ2| over the threshold, and the averages over them, with intervals.

    Rows of ``runs`` "aligned" are averages over valid runs with |cos θ2| over the threshold, as the
    papers'; they are given a second time over all valid runs, without that filter.
    """
    runs = _with_derived(experiments[experiments["study"] == "table2"])
    valid = runs[runs["valid"]]
    aligned = valid[valid["cos_theta2"].abs() > threshold]
    rate = published.TABLE2_VALID / published.TABLE2_RUNS
    share = published.TABLE2_ALIGNED / published.TABLE2_VALID
    printed = {
        "abs_cos_theta1": published.TABLE2_COS_THETA1,
        "phi": published.TABLE2_PHI,
        "difference": published.TABLE2_DIFFERENCE,
    }
    rows = [
        _row(
            proportion_estimate(len(valid), len(runs), level=level),
            rate,
            runs="all",
            quantity="valid_rate",
        ),
        _row(
            proportion_estimate(len(aligned), len(valid), level=level),
            share,
            runs="valid",
            quantity="aligned_rate",
        ),
    ]
    for name, chosen, beside in (("aligned", aligned, printed), ("valid", valid, {})):
        rows += [
            _row(
                mean_estimate(chosen[quantity], resamples=resamples, level=level),
                beside.get(quantity, float("nan")),
                runs=name,
                quantity=quantity,
            )
            for quantity in _QUANTITIES
        ]
    return pd.DataFrame(rows)[list(TABLE2.frame.columns)]


def batch_size_table(
    experiments: pd.DataFrame, *, threshold: float, resamples: int, level: float
) -> pd.DataFrame:
    """Return, for each batch size, the valid rate and the averages over valid runs with |cos θ2| over the threshold.

    The papers do not state their batch size. All sizes are trained on the same matrices from the
    same weights.
    """
    rows = []
    for size, runs in _with_derived(experiments[experiments["study"] == "batch_size"]).groupby(
        "batch_size"
    ):
        valid = runs[runs["valid"]]
        aligned = valid[valid["cos_theta2"].abs() > threshold]
        found = {
            "valid_rate": proportion_estimate(len(valid), len(runs), level=level),
            "aligned_rate": proportion_estimate(len(aligned), len(valid), level=level),
        } | {
            name: mean_estimate(aligned[name], resamples=resamples, level=level)
            for name in _QUANTITIES
        }
        rows += [
            {"batch_size": size, "quantity": name} | columns(each) for name, each in found.items()
        ]
    return pd.DataFrame(rows)[list(BATCH_SIZES.frame.columns)]


def dimension_table(experiments: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return Figure 2's numbers: the averages of φ and |cos θ1| at each d, over valid runs and over all of them."""
    rows = []
    for (study, d), runs in _dimension_runs(experiments).groupby(["study", "d"]):
        key: dict[str, Any] = {
            "study": study,
            "d": d,
            "enumerated": bool(runs["enumerated"].all()),
            "expected_phi": float(expected_compression_ratio(runs["d"].iloc[0])),
        }
        valid = proportion_estimate(int(runs["valid"].sum()), len(runs), level=level)
        rows.append(key | {"runs": "all", "quantity": "valid_rate"} | columns(valid))
        for name, chosen in (("valid", runs[runs["valid"]]), ("all", runs)):
            for quantity in _QUANTITIES:
                # The least perturbation is that of correctly classified points; a run may have
                # none.
                estimate = mean_estimate(
                    chosen[quantity].dropna(), resamples=resamples, level=level
                )
                rows.append(key | {"runs": name, "quantity": quantity} | columns(estimate))
    return pd.DataFrame(rows)[list(DIMENSIONS.frame.columns)]


def slope_table(experiments: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return the exponents of d that the averages of φ and |cos θ1| follow; theory says -1/2.

    ``dimension`` and ``dimension_high`` train alike, at other dimensions, and are fitted together
    as ``dimension``.
    """
    rows = []
    trained = _dimension_runs(experiments)
    trained["study"] = trained["study"].replace("dimension_high", "dimension")
    for study, runs in trained.groupby("study"):
        for name, chosen in (("valid", runs[runs["valid"]]), ("all", runs)):
            for quantity in ("abs_cos_theta1", "phi"):
                groups = {
                    d: chosen.loc[chosen["d"] == d, quantity].to_numpy()
                    for d in sorted(set(chosen["d"]))
                }
                slope = power_law_slope(groups, resamples=resamples, level=level)
                reach = (chosen if len(chosen) else runs)["d"]
                key = {"study": study, "runs": name, "quantity": quantity}
                rows.append(key | columns(slope) | {"d_min": reach.min(), "d_max": reach.max()})
    return pd.DataFrame(rows)[list(SLOPES.frame.columns)]


def _dimension_runs(experiments: pd.DataFrame) -> pd.DataFrame:
    return _with_derived(experiments[experiments["study"].str.startswith("dimension")])


def _with_derived(runs: pd.DataFrame) -> pd.DataFrame:
    absolute = runs["cos_theta1"].abs()
    return runs.assign(abs_cos_theta1=absolute, difference=(absolute - runs["phi"]).abs())


def _row(estimate: Estimate, printed: float, **key: str) -> dict[str, float | str]:
    return {**key, **columns(estimate), "published": printed}
