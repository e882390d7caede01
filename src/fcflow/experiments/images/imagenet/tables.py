"""Tables 7 and 8: feature compression and least perturbations on real images ([FC] §6)."""

import numpy as np
import pandas as pd

from fcflow.artifacts.schema import declare, flag, integer, real, text
from fcflow.experiments.imagenet.schemas import NORMS
from fcflow.paper.estimates import INTERVAL, columns
from fcflow.stats import Estimate, mean_estimate

_NAMED = {"place": integer(0), "name1": text(), "name2": text(), "class1": text(), "class2": text()}

TABLE7 = declare(
    "table 7",
    "make_table7",
    _NAMED | {"gamma": real(0, 1), "cos_theta": real(-1, 1, nullable=True)},
)
TABLE8 = declare(
    "table 8",
    "make_table8",
    _NAMED
    | {"closest": flag(), "distance": real(0), "half_distance": real(0)}
    | dict.fromkeys(NORMS, real(0, nullable=True))
    | {
        "least_pair": real(0, nullable=True),
        "least_argmax": real(0, nullable=True),
        "ratio": real(0, nullable=True),
        "predicted_length": real(nullable=True),
        "flip_length": real(nullable=True),
        "abs_cos_theta": real(0, 1, nullable=True),
        "mean_abs_cos": real(0, 1, nullable=True),
        "relative_error": real(0),
        "converged": flag(),
        "n_gradients": integer(1),
    },
)
AVERAGES = declare("imagenet averages", "make_table8", {"quantity": text(), **INTERVAL})


def table7(curves: pd.DataFrame, experiments: pd.DataFrame) -> pd.DataFrame:
    """Return Table 7: cos θ_γ of every pair at every γ, those in the paper's places first."""
    names = experiments[["pair", *_NAMED]]
    rows = curves.merge(names, on="pair", validate="many_to_one").sort_values(
        ["pair", "gamma"], ignore_index=True
    )
    return rows[list(TABLE7.frame.columns)]


def table8(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return Table 8: distances, norms of perturbations and predicted lengths of every pair, in the pixels' units.

    ``ratio`` is the shortest perturbation found with which the target's logit exceeds the source's
    over half the distance to the other image.
    """
    ratio = experiments["least_pair"] / experiments["half_distance"]
    rows = experiments.assign(ratio=ratio, abs_cos_theta=experiments["cos_theta"].abs())
    return rows[list(TABLE8.frame.columns)]


def averages(rows: pd.DataFrame, *, resamples: int, level: float) -> pd.DataFrame:
    """Return averages of Table 8 over all pairs, and correlations of norms with predicted lengths, with intervals.

    Pairs share images, so that intervals, which take them for independent, are too narrow rather
    than too wide.
    """
    predicted, flip = rows["predicted_length"].abs(), rows["flip_length"].abs()
    means = {
        "abs_cos_theta": rows["abs_cos_theta"],
        "mean_abs_cos": rows["mean_abs_cos"],
        "ratio": rows["ratio"],
        "ratio_argmax": rows["least_argmax"] / rows["half_distance"],
        "iterated_over_predicted": rows["norm_iterated_target"] / predicted,
        "least_over_predicted": rows["least_pair"] / predicted,
        "least_over_flip": rows["least_pair"] / flip,
        "error_iterated": (predicted / rows["norm_iterated_target"] - 1).abs(),
        "error_least": (predicted / rows["least_pair"] - 1).abs(),
    }
    found = {
        name: mean_estimate(values.dropna(), resamples=resamples, level=level)
        for name, values in means.items()
    }
    found["correlation_iterated"] = _correlation(rows["norm_iterated_target"], predicted, level)
    found["correlation_least"] = _correlation(rows["least_pair"], predicted, level)
    return pd.DataFrame(
        [{"quantity": name} | columns(estimate) for name, estimate in found.items()]
    )


def _correlation(x: pd.Series, y: pd.Series, level: float) -> Estimate:
    """Return Pearson's correlation with Fisher's interval, which needs four observations."""
    both = pd.DataFrame({"x": x, "y": y}).dropna()
    if len(both) < 4 or np.ptp(both["x"]) == 0 or np.ptp(both["y"]) == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), len(both))
    from scipy.stats import (
        pearsonr,
    )  # costs half a second, which those who only read a table do without

    found = pearsonr(both["x"], both["y"])
    interval = found.confidence_interval(level)
    return Estimate(float(found.statistic), float(interval.low), float(interval.high), len(both))
