"""The batch size that explains Table 2 is found, and said to be chosen after seeing the tables."""

import pytest

from fcflow.experiments.linear.batch_size import batch_size_effect, explaining
from fcflow.experiments.linear.table_columns import BATCH_SIZES
from fcflow.paper import published
from fcflow.paper.style import headline_of, style

PRINTED = {
    "valid_rate": published.TABLE2_VALID / published.TABLE2_RUNS,
    "aligned_rate": published.TABLE2_ALIGNED / published.TABLE2_VALID,
    "abs_cos_theta1": published.TABLE2_COS_THETA1,
    "phi": published.TABLE2_PHI,
    "difference": published.TABLE2_DIFFERENCE,
}


@pytest.fixture
def sizes():
    """Return rows in which batch size 1024 has every published value, and 64 all but one."""
    rows = [
        {"batch_size": size, "quantity": name, "estimate": value * by, "n": 20}
        | {"low": 0.9 * value * by, "high": 1.1 * value * by}
        for size in (64, 1024)
        for name, value in PRINTED.items()
        for by in [1.5 if (size, name) == (64, "phi") else 1.0]
    ]
    missing = {"estimate": float("nan"), "low": float("nan"), "high": float("nan"), "n": 0}
    rows += [{"batch_size": 4096, "quantity": name} | missing for name in PRINTED]
    return BATCH_SIZES.table(rows)


def test_a_batch_size_explains_table_2_if_every_published_value_is_within_its_intervals(sizes):
    assert explaining(sizes) == [1024]
    assert explaining(sizes.assign(high=sizes["low"])) == []


def test_the_title_says_what_is_seen_and_that_it_was_looked_for_afterwards(sizes):
    with style():
        drawn = batch_size_effect(sizes, level=0.95)
        nothing = batch_size_effect(sizes[sizes["batch_size"] == 64], level=0.95)
    title = headline_of(drawn)
    assert "At batch size 1024 all five published values" in title
    assert "(chosen after seeing the tables: no test)" in title
    assert headline_of(nothing).startswith("At no batch size")


def test_every_panel_has_the_published_value_and_tells_why_there_is_no_mark(sizes):
    with style():
        drawn = batch_size_effect(sizes, level=0.95)
    for axes, value in zip(drawn.axes, PRINTED.values(), strict=True):
        heights = [line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == "--"]
        assert heights == [pytest.approx(value)]
    absent = [axes.texts[0].get_text() for axes in drawn.axes]
    assert absent[:2] == ["no network", "none learned all points"]
    assert absent[2:] == ["none with |cos θ₂| > 0.9"] * 3
