"""What is drawn from made-up estimates, segments and points."""

import numpy as np
import pandas as pd
import pytest

from fcflow.experiments.relu.figures import rho_dimension, rho_distribution, table4_scatter
from fcflow.paper.style import style


@pytest.fixture(autouse=True)
def styled():
    with style():
        yield


def drawn(axes):
    return {tuple(np.round(line.get_ydata(), 9)) for line in axes.lines}


def estimates(**columns):
    sizes = [
        (d, depth, quantity) for d in (4, 16) for depth in (1, 2) for quantity in ("rho", "rho_all")
    ]
    rows = pd.DataFrame(sizes, columns=["d", "depth", "quantity"])
    value = rows["depth"] * rows["d"] ** -0.5 / (1 + (rows["quantity"] == "rho_all"))
    study = rows["d"].map({4: "dimension_small", 16: "dimension"})
    return rows.assign(study=study, estimate=value, low=value / 2, high=value * 2, n=5).assign(
        **columns
    )


def test_rho_of_each_depth_is_drawn_over_valid_networks_and_over_all():
    axes = rho_dimension(estimates()).axes[0]
    assert {(0.5, 0.25), (1.0, 0.5), (0.25, 0.125)} <= drawn(axes)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert "ρ, 1 hidden layer, valid" in labels
    assert "ρ, 2 hidden layers, all" in labels


def test_what_has_no_network_is_not_drawn():
    axes = rho_dimension(estimates(n=0)).axes[0]
    assert len(axes.lines) == 2  # E φ and 1/√d


@pytest.mark.parametrize("valid", [3, 0])
def test_every_accurate_networks_rho_is_drawn(valid):
    experiments = pd.DataFrame(
        {"study": "table3", "run": range(4), "valid": [run < valid for run in range(4)]}
    )
    segments = pd.DataFrame(
        {"study": "table3", "run": run, "alpha": alpha, "rho": 0.1 * run + alpha / 2}
        for run in range(4)
        for alpha in (0.0, 1.0)
    )
    axes = rho_distribution(segments, experiments).axes[0]
    assert axes.get_title().startswith(f"{valid} accurate networks")
    assert ((0.0, 0.1, 0.2) in drawn(axes)) == (valid == 3)


def test_points_that_were_not_flipped_are_not_drawn():
    points = pd.DataFrame(
        {"run": [0, 0, 1], "cos_theta": [-0.5, 0.3, 0.2], "success": [True, False, True]}
        | {"minimal_ratio": [0.4, np.nan, 0.2], "certified_ratio": [0.35, np.nan, np.nan]}
    )
    axes = table4_scatter(points).axes[0]
    assert (0.4, 0.2) in drawn(axes)
    assert axes.get_title() == "2 points of 2 networks"
    empty = table4_scatter(points[points["run"] == 9]).axes[0]
    assert empty.get_title() == "0 points of 0 networks"
