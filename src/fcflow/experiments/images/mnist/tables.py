"""Tables 5 and 6, and the same over every seven that has a mask ([FC] §6)."""

from typing import Any

import pandas as pd

from fcflow.artifacts.schema import declare, integer, real, text
from fcflow.experiments.mnist.schemas import ATTACKED, LEAST, NORMS, norm_name
from fcflow.paper.estimates import INTERVAL, columns
from fcflow.stats import Estimate, correlation_estimate, mean_estimate, proportion_estimate

_PLACE = {"place": integer(1), "network": integer(0), "image": integer(0)}

TABLE5 = declare(
    "table 5",
    "make_table5",
    _PLACE
    | {"abs_cos_theta": real(0, 1, nullable=True), "half_distance": real(0)}
    | dict.fromkeys([*NORMS, *LEAST, "ratio", "ratio_boxed"], real(0, nullable=True))
    | {
        "predicted_length": real(nullable=True),
        "flip_length": real(nullable=True),
        "relative_error": real(0),
    },
)
TABLE6 = declare(
    "table 6",
    "make_table6",
    _PLACE
    | {
        "gamma": real(0, 1),
        "cos_theta": real(-1, 1, nullable=True),
        "mean_cos": real(-1, 1, nullable=True),
    },
)
STATISTICS = declare(
    "mnist statistics",
    "make_mnist_table",
    {
        "kind": text(),
        "quantity": text(),
        **INTERVAL,
        "lowest_network": real(nullable=True),
        "highest_network": real(nullable=True),
    },
)

_RATIOS = {
    "ratio": "least",
    "ratio_boxed": "least_boxed",
    **{f"ratio_{norm.removeprefix('norm_')}": norm for norm in NORMS},
}
# What the paper claims to go together, and the first-order lengths that explain it.
CORRELATED = {
    "ratio_cos": ("ratio", "abs_cos_theta"),
    "ratio_expected": ("ratio", "expected_ratio"),
    "length_predicted": ("least", "abs_predicted_length"),
    "length_flip": ("least", "flip_length"),
}


def derived(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with |cos θ|, ‖e‖ over half the distance, and what a linear gap would make of that.

    On a straight line g falls from g(x1) to g(x2) and e ends where it is zero, so that ‖e‖/half is
    2 |cos θ| g(x1)/(g(x1) - g(x2)), which is ‖e‖ = D̃_flip: |cos θ| where g(x2) = -g(x1), and 2
    |cos θ| where x2 lies on the boundary.
    """
    rows = experiments.assign(
        abs_cos_theta=experiments["cos_theta"].abs(),
        abs_predicted_length=experiments["predicted_length"].abs(),
        expected_ratio=experiments["flip_length"] / experiments["half_distance"],
    )
    for name, norm in _RATIOS.items():
        rows[name] = rows[norm] / rows["half_distance"]
    rows["difference"] = (rows["ratio"] - rows["abs_cos_theta"]).abs()
    rows["predicted_over_least"] = rows["abs_predicted_length"] / rows["least"]
    rows["prediction_error"] = (rows["predicted_over_least"] - 1).abs()
    rows["flip_over_least"] = rows["flip_length"] / rows["least"]
    rows["gap_share"] = -rows["gap_x2"] / rows["gap_x1"]
    return rows


def table5(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return Table 5: the first pairs, with every attack's ‖e‖ and the lengths that D predicts."""
    rows = derived(experiments[experiments["place"] > 0]).sort_values("place", ignore_index=True)
    return rows[list(TABLE5.frame.columns)]


def table6(curves: pd.DataFrame, experiments: pd.DataFrame) -> pd.DataFrame:
    """Return Table 6: cos θ_γ of the first pairs at every γ, and each pair's average over γ."""
    shown = experiments.loc[experiments["place"] > 0, [*_PLACE, "mean_cos"]]
    rows = curves.merge(shown, on=["network", "image"], validate="many_to_one")
    return rows.sort_values(["place", "gamma"], ignore_index=True)[list(TABLE6.frame.columns)]


def statistics(
    experiments: pd.DataFrame, networks: pd.DataFrame, *, resamples: int, level: float
) -> pd.DataFrame:
    """Return averages, correlations and success rates over all pairs, and the networks' accuracy.

    Pairs of one network depend on it, so averages are of networks' averages, with intervals over
    networks; the intervals of correlations come from resampling images, which recur under several
    networks, all of an image's pairs at a time; rates of success have Wilson's interval over pairs.
    """
    rows = derived(experiments)
    found: list[dict[str, Any]] = []

    def add(kind: str, quantity: str, estimate: Estimate, by_network: "pd.Series[float]") -> None:
        spread = {
            "lowest_network": float(by_network.min()),
            "highest_network": float(by_network.max()),
        }
        found.append({"kind": kind, "quantity": quantity, **columns(estimate), **spread})

    shares = {
        "test_accuracy": networks["test_accuracy"],
        "masked": (networks["pairs"] / networks["correct_sevens"]).dropna(),
    }
    averaged = ["abs_cos_theta", "mean_abs_cos", "half_distance", "least", "least_boxed", *_RATIOS]
    averaged += ["expected_ratio", "difference", "predicted_over_least", "prediction_error"]
    averaged += ["flip_over_least", "gap_share"]
    means = rows.groupby("network")[averaged].mean()
    for kind, table in (
        ("network", shares),
        ("average", {name: means[name].dropna() for name in averaged}),
    ):
        for quantity, values in table.items():
            add(kind, quantity, mean_estimate(values, resamples=resamples, level=level), values)
    for quantity, (y, x) in CORRELATED.items():
        points = rows.dropna(subset=[x, y])
        whole = correlation_estimate(
            points[x], points[y], points["image"], resamples=resamples, level=level
        )
        each = [_correlation(pairs[x], pairs[y]) for _, pairs in points.groupby("network")]
        add("correlation", quantity, whole, pd.Series(each, dtype="float64"))
    for attacked in ATTACKED:
        flags = rows[norm_name(*attacked)].notna()
        rate = proportion_estimate(int(flags.sum()), len(flags), level=level)
        add(
            "success",
            norm_name(*attacked).removeprefix("norm_"),
            rate,
            flags.astype(float).groupby(rows["network"]).mean(),
        )
    return pd.DataFrame(found)[list(STATISTICS.frame.columns)].astype(
        {"kind": "str", "quantity": "str"}
    )


def word_of_chance(networks: pd.DataFrame) -> str:
    """Return a warning where networks classify no better than by guessing, and nothing otherwise.

    Examples
    --------
    >>> word_of_chance(pd.DataFrame({"network": [0, 1], "at_chance": [False, False], "test_accuracy": 0.9}))
    ''
    >>> word_of_chance(pd.DataFrame({"network": [0, 1], "at_chance": [True, False], "test_accuracy": [0.1, 0.9]}))
    'ACCURACY AT CHANCE: network 0 (0.100); pairs of such a network mean nothing.'
    """
    bad: list[dict[Any, Any]] = networks[networks["at_chance"]].to_dict("records")
    if not bad:
        return ""
    named = ", ".join(f"{row['network']} ({row['test_accuracy']:.3f})" for row in bad)
    return (
        f"ACCURACY AT CHANCE: network{'s' if len(bad) > 1 else ''} {named}; pairs of such a network"
        " mean nothing."
    )


def _correlation(x: "pd.Series[float]", y: "pd.Series[float]") -> float:
    return correlation_estimate(x, y, range(len(x)), resamples=1).value
