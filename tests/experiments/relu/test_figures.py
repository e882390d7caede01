"""What is drawn from made-up estimates, segments and points."""

import numpy as np
import pandas as pd
import pytest

from fcflow.experiments.relu.figures import rho_dimension, rho_distribution, table4_scatter
from fcflow.paper.style import headline_of, style


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


def slopes(**fit):
    rows = pd.DataFrame({"depth": [1, 2], "n": 50})
    return rows.assign(**({"estimate": -0.5, "low": -0.55, "high": -0.45} | fit))


def test_rho_of_each_depth_is_drawn_over_valid_networks_and_over_all():
    figure = rho_dimension(estimates(), slopes())
    one, two = figure.axes
    assert {(0.5, 0.25), (0.25, 0.125)} <= drawn(one)
    assert {(1.0, 0.5), (0.5, 0.25)} <= drawn(two)
    assert one.get_title("left") == "1 hidden layer\nexponent −0.500 [−0.550, −0.450]"
    assert [text.get_text() for text in two.texts].count("n = 5") == 2
    published = [line for line in one.lines if line.get_marker() == "D"]
    assert [line.get_xdata()[0] for line in published] == [12]
    assert headline_of(figure).endswith("falls as 1/√d, at every depth")


def test_nothing_is_said_of_few_networks():
    assert "too few networks" in headline_of(rho_dimension(estimates(), slopes(n=3)))


def test_rho_that_follows_phi_is_said_to():
    phi = np.linspace(0.1, 0.5, 12)
    experiments = pd.DataFrame({"study": "table3", "run": range(12), "valid": True, "phi": phi})
    segments = pd.DataFrame({"study": "table3", "run": range(12), "alpha": 0.0, "rho": 1.1 * phi})
    assert "ρ follows φ (correlation 1.0)" in headline_of(rho_distribution(segments, experiments))


@pytest.mark.parametrize(("large", "have"), [(0, "none have"), (1, "1 has"), (2, "2 have")])
def test_rho_that_is_larger_than_phi_without_following_it_is_counted(large, have):
    phi = np.r_[np.full(4, 0.1), np.linspace(0.3, 0.35, 8)]
    rho = phi + 0.02
    rho[:large] = 0.9
    rho[-1] = 0.01
    experiments = pd.DataFrame({"study": "table3", "run": range(12), "valid": True, "phi": phi})
    segments = pd.DataFrame({"study": "table3", "run": range(12), "alpha": 0.0, "rho": rho})
    seen = headline_of(rho_distribution(segments, experiments))
    expected = "ρ is φ or more (within 0.01) in 11 of 12 networks; of the 4 with φ < 0.25,"
    assert seen == f"{expected} {have} ρ above 0.4"


@pytest.mark.parametrize(("high", "falls"), [(-0.05, "falls"), (0.05, "falls, if it does,")])
def test_rho_that_falls_far_more_slowly_than_the_law_is_said_to(high, falls):
    figure = rho_dimension(estimates(), slopes(estimate=-0.1, low=-0.2, high=high))
    seen = f"ρ of ReLU networks {falls} far more slowly than 1/√d (exponents −0.10, −0.10)"
    assert headline_of(figure) == seen


def test_rho_that_does_not_fall_is_not_said_to_fall():
    figure = rho_dimension(estimates(), slopes(estimate=-0.5, low=-1.5, high=0.5))
    assert "cannot be told at every depth" in headline_of(figure)


def test_what_has_no_network_is_not_drawn():
    axes = rho_dimension(estimates(n=0), slopes().head(0)).axes[1]
    assert len(axes.lines) == 2  # E φ and 1/√d


@pytest.mark.parametrize("valid", [3, 0])
def test_every_accurate_networks_rho_is_drawn(valid):
    experiments = pd.DataFrame(
        {"study": "table3", "run": range(4), "valid": [run < valid for run in range(4)]}
        | {"phi": [0.3, 0.4, 0.5, 0.6]}
    )
    segments = pd.DataFrame(
        {"study": "table3", "run": run, "alpha": alpha, "rho": 0.1 * run + alpha / 2}
        for run in range(4)
        for alpha in (0.0, 1.0)
    )
    figure = rho_distribution(segments, experiments)
    axes = figure.axes[0]
    assert axes.get_title("left").startswith(f"{valid} networks that learned all points")
    # Each at its mean over the segment.
    assert ((0.25, 0.35, 0.45) in drawn(axes)) == (valid == 3)
    assert "ρ follows φ" not in headline_of(figure)  # three networks show nothing
    means = {line.get_label() for line in axes.lines}
    assert "published mean 0.328" in means
    assert ("our mean 0.350" in means) == (valid == 3)


def test_points_that_were_not_flipped_are_not_drawn():
    points = pd.DataFrame(
        {"run": [0, 0, 1], "cos_theta": [-0.5, 0.3, 0.2], "success": [True, False, True]}
        | {"minimal_ratio": [0.4, np.nan, 0.2], "certified_ratio": [0.35, np.nan, np.nan]}
    )
    figure = table4_scatter(points)
    axes = figure.axes[0]
    assert (0.4, 0.2) in drawn(axes)
    assert axes.get_title("left") == "2 points of 2 networks"
    assert headline_of(figure) == "‖e‖/‖a‖ and |cos θ| differ by 14 % on average"
    empty = table4_scatter(points[points["run"] == 9])
    assert empty.axes[0].get_title("left") == "0 points of 0 networks"
    assert headline_of(empty) == "No point was flipped"


@pytest.mark.parametrize(("certified", "coincide"), [(0.4 - 1e-6, True), (0.35, False)])
def test_bounds_that_would_cover_what_was_found_are_named_and_not_drawn(certified, coincide):
    points = pd.DataFrame(
        {"run": [0], "cos_theta": [0.5], "success": [True], "minimal_ratio": [0.4]}
    ).assign(certified_ratio=certified)
    axes = table4_scatter(points).axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert ("certified: not below this" in labels) != coincide
    found = "found; certified bounds\ncoincide (within 3 × 10⁻⁶)" if coincide else "found"
    assert found in labels
