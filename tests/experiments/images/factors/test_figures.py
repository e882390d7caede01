"""What drawings and tables of factors say, from made-up pairs."""

import numpy as np
import pandas as pd
import pytest
from tests.experiments.images.factors.test_shares import pairs

from fcflow.experiments.images.factors.figures import draw_factors, factors
from fcflow.experiments.images.factors.pairs import FACTORS
from fcflow.experiments.images.factors.shares import shares
from fcflow.experiments.images.factors.tables import share_layout
from fcflow.paper.layout import cells
from fcflow.paper.style import headline_of, style

NAMES = {"what": "point", "fragile": "points"}


@pytest.fixture(autouse=True)
def styled():
    with style():
        yield


def random_pairs(*spread, count=18):
    logs = np.random.default_rng(0).normal(size=(count, 4)) * spread
    return pairs(logs)


def share_rows(*ends):
    """Return shares of the four factors with these estimates, low and high ends."""
    rows = pd.DataFrame(ends, columns=["estimate", "low", "high"])
    kinds = [
        rows.assign(quantity=kind, factor=list(FACTORS), n=18) for kind in ("lmg", "covariance")
    ]
    return pd.concat(kinds, ignore_index=True)


def legend_of(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_where_intervals_overlap_both_shares_are_told_and_no_factor_is_called_larger():
    rows = share_rows((0.58, 0.21, 0.74), (0.22, 0.08, 0.39), (0.07, 0.0, 0.3), (0.13, 0.0, 0.4))
    seen = headline_of(factors(random_pairs(1, 1, 1, 1), rows, experiment="imagenet"))
    assert seen == (
        "ImageNet: of the variance of log(‖e‖/half) compression has 58 %, evenness 22 %;"
        " 18 pairs are too few to be sure which is larger"
    )


def test_where_they_do_not_the_largest_is_what_makes_inputs_fragile():
    rows = share_rows((0.7, 0.5, 0.9), (0.1, 0.0, 0.2), (0.1, 0.0, 0.2), (0.1, 0.0, 0.2))
    seen = headline_of(factors(random_pairs(1, 1, 1, 1), rows, experiment="my_digits"))
    assert seen == (
        "my_digits: compression makes some inputs more fragile than others, with 70 % of the"
        " variance of log(‖e‖/half) over 18 pairs"
    )


@pytest.mark.parametrize(
    ("size", "line"),
    [
        (0.0, "evenness = curvature = 1"),
        (0.01, "evenness and curvature: 1 within 3 %"),
        (0.5, None),
    ],
)
def test_factors_that_would_hide_each_other_at_one_are_one_line(size, line):
    spread = np.where(np.arange(18) % 2, size, -size) * 2
    made = random_pairs(1, 0, 1, 0)
    logs = made[[f"log_{factor}" for factor in FACTORS]].to_numpy()
    logs[:, 1] = logs[:, 3] = spread
    figure = draw_factors(pairs(logs), share_rows(*[(0.25, 0.1, 0.4)] * 4), "Networks", **NAMES)
    own = legend_of(figure)
    assert (line in own) == (line is not None)
    assert ("curvature" in own) == (line is None)


@pytest.mark.parametrize("count", [8, 18, 3000])
def test_pairs_are_counted_in_whole_numbers_from_one(count):
    rows = share_rows(*[(0.25, 0.1, 0.4)] * 4)
    figure = draw_factors(random_pairs(1, 1, 1, 1, count=count), rows, "Networks", **NAMES)
    places = figure.axes[0].get_xticks()
    assert len(places) >= 3
    assert (places == places.round()).all()
    assert 1 <= places.min() <= places.max() <= count


@pytest.mark.parametrize("spread", [0.2, 1.0, 4.0])
def test_a_logarithmic_axis_has_enough_numbers_to_be_read_by(spread):
    rows = share_rows(*[(0.25, 0.1, 0.4)] * 4)
    figure = draw_factors(random_pairs(spread, 0.1, 0.1, 0.1), rows, "Networks", **NAMES)
    assert len(figure.axes[0].get_yticks()) >= 3


def test_shares_that_are_zero_but_for_rounding_are_shown_as_zero():
    made = random_pairs(1, 0, 1, 0, count=40)
    rows = shares(made, resamples=50, level=0.9)
    noise = rows["quantity"].eq("lmg") & rows["factor"].eq("evenness")
    rows.loc[noise, ["estimate", "low", "high"]] = 0.0, -7e-17, 1.4e-16
    shown, layout = share_layout(rows, made, "Shares", "networks", 0.9, what="point", ratio="‖e‖")
    table = {str(row[0]): [str(cell) for cell in row] for row in cells(shown, layout)}
    assert table["evenness"][-2:] == ["0", "0"]
    assert "[" in table["compression"][-2]
    assert "all four: ‖e‖" in table
    assert "Evenness and curvature: 1 for every point, and so without a share." in layout.notes
    assert "40 points; shares add up to one." in layout.notes
