"""Tables and figures of dimension laws, from made-up runs."""

import numpy as np
import pandas as pd
import pytest
from tests.experiments.dimension import made_up
from tests.experiments.linear.made_up import make_experiments

from fcflow.experiments.dimension.figures import dimension_laws as draw_laws
from fcflow.experiments.dimension.figures import dimension_perturbations
from fcflow.experiments.dimension.tables import dimension_exponents, dimension_laws
from fcflow.experiments.relu.columns import EXPERIMENTS as RELU
from fcflow.paper.html_table import write_html
from fcflow.paper.style import headline_of, style


def protocol():
    common = {"study": "dimension", "d": 16, "phi": 0.2, "cos_theta1": -0.3}
    return make_experiments(
        common | {"fresh_accuracy": 0.9}, common | {"fresh_accuracy": 0.7, "valid": False}
    )


@pytest.fixture(scope="module")
def runs():
    return made_up.make_runs()


@pytest.fixture(scope="module")
def laws(runs):
    return dimension_laws(runs, protocol(), RELU.table([]), **made_up.STATISTICS)


@pytest.fixture(scope="module")
def exponents(runs):
    return dimension_exponents(runs, **made_up.STATISTICS)


def one(rows, **key):
    for name, value in key.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_averages_are_over_trained_runs_and_rates_over_all(laws, runs):
    rows, own = laws.rows, runs[(runs["study"] == "linear") & (runs["d"] == 16)]
    trained = own[own["trained"]]
    cosine = one(rows, study="linear", d=16, quantity="abs_cos_theta")
    assert (cosine["estimate"], cosine["n"]) == (pytest.approx(trained["abs_cos_theta"].mean()), 11)
    rate = one(rows, study="linear", d=16, quantity="trained_rate")
    assert (rate["estimate"], rate["n"]) == (pytest.approx(11 / 12), 12)
    logs = np.log(trained["abs_cos_theta"] / trained["phi"])
    ratio = one(rows, study="linear", d=16, quantity="ratio")
    assert ratio["estimate"] == pytest.approx(np.exp(logs.mean()))
    assert ratio["low"] < ratio["estimate"] < ratio["high"]


def test_the_papers_protocol_stands_beside_with_its_accuracy_on_fresh_points(laws):
    key = {"study": "protocol_linear", "d": 16}
    accuracy = one(laws.rows, **key, quantity="fresh_accuracy", runs="all")
    assert accuracy["estimate"] == pytest.approx(0.8)
    ratio = one(laws.rows, **key, quantity="ratio")
    assert (ratio["estimate"], ratio["n"]) == (pytest.approx(1.5), 1)


def test_exponents_are_those_of_a_straight_line(exponents, runs):
    fit = one(exponents.rows, study="linear", quantity="ratio")
    kept = runs[(runs["study"] == "linear") & runs["trained"]]
    line = np.polyfit(np.log(kept["d"]), np.log(kept["abs_cos_theta"] / kept["phi"]), 1)
    assert fit["estimate"] == pytest.approx(line[0])
    assert fit["low"] <= 0 <= fit["high"]
    assert fit["high"] - fit["low"] < 0.1
    share = one(exponents.rows, study="one_layer", quantity="found_share")
    assert (share["d_min"], share["d_max"], share["n"]) == (4, 64, 33)
    assert share["low"] <= -0.5 <= share["high"]


def test_pages_say_what_could_not_be_trained(laws, exponents, tmp_path):
    for made in (laws, exponents):
        write_html(made.shown, made.layout, tmp_path / "a.html")
    write_html(laws.shown, laws.layout, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "3 of 36 runs could not be trained within their steps (d = 4: 1 of 12" in page
    assert "11 of 12" in page
    assert "1 of 2" in page


def test_figures_say_what_their_numbers_say(laws, exponents):
    with style():
        drawn = draw_laws(laws.rows, exponents.rows)
        said = headline_of(drawn)
        plain, adjusted = said.split("adjusted to the average φ")
        assert "falls about as 1/√d (exponents: linear −0.4" in plain
        assert "ReLU (1 layer) −0.4" in plain
        assert "falls about as 1/√d (−0.496 [" in adjusted
        ratio = laws.rows[laws.rows["study"].eq("linear") & laws.rows["quantity"].eq("ratio")]
        ends = [f"{value:.3g}" for value in (ratio["estimate"].min(), ratio["estimate"].max())]
        assert f"linear {ends[0]}" in drawn.axes[1].get_title(loc="left")
        share = headline_of(dimension_perturbations(laws.rows, exponents.rows))
        assert share.count("falls about as 1/√d") == 2
        nothing = exponents.rows.assign(estimate=np.nan)
        assert "too few" in headline_of(draw_laws(laws.rows, nothing))
        assert "too few" in headline_of(dimension_perturbations(laws.rows, nothing))


def test_that_plain_exponents_miss_the_law_is_said_first(laws, exponents):
    rows = exponents.rows.copy()
    missed = rows["quantity"].isin(["abs_cos_theta", "found_share"])
    rows.loc[missed, ["estimate", "low", "high"]] = [-0.3, -0.35, -0.25]
    with style():
        for draw in (draw_laws, dimension_perturbations):
            plain, adjusted = headline_of(draw(laws.rows, rows)).split("adjusted to the average φ")
            assert "falls with d, but not as 1/√d (exponent" in plain
            assert "−0.300 [−0.350, −0.250]" in plain
            assert "falls about as 1/√d" in adjusted


def test_no_run_that_was_trained_leaves_tables_and_figures(tmp_path):
    runs = made_up.make_runs().assign(trained=False)
    laws = dimension_laws(runs, make_experiments(), RELU.table([]), **made_up.STATISTICS)
    exponents = dimension_exponents(runs, **made_up.STATISTICS)
    assert (exponents.rows["n"] == 0).all()
    write_html(laws.shown, laws.layout, tmp_path / "a.html")
    write_html(exponents.shown, exponents.layout, tmp_path / "a.html")
    with style():
        draw_laws(laws.rows, exponents.rows)
        dimension_perturbations(laws.rows, exponents.rows)
    assert pd.notna(laws.rows.loc[laws.rows["quantity"] == "fresh_accuracy", "estimate"]).any()
