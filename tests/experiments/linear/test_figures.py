"""Figure 2 from made-up runs."""

import matplotlib as mpl
import pytest
from tests.experiments.linear.made_up import make_experiments, wanting

from fcflow.experiments.linear.figures import figure2
from fcflow.experiments.linear.tables import dimension, dimension_slopes
from fcflow.paper.style import save_figure, style

INTERVALS = {"resamples": 100, "level": 0.95}


def numbers_of(*runs):
    experiments = make_experiments(*runs)
    slopes = dimension_slopes(experiments, **INTERVALS).rows
    return dimension(experiments, slopes, wanted=wanting(None), **INTERVALS).rows, slopes


@pytest.fixture
def numbers():
    runs = [
        {
            "study": study,
            "d": d,
            "phi": d**-0.5 * (1 + run / 9),
            "cos_theta1": d**-0.5,
            "valid": d < 64,
        }
        for study, dims in {
            "dimension": (4, 16),
            "dimension_high": (64,),
            "dimension_longer": (16,),
        }.items()
        for d in dims
        for run in range(3)
    ]
    return numbers_of(*runs)


def test_every_estimate_is_drawn_where_it_belongs(numbers):
    with style():
        figure = figure2(*numbers, level=0.95)
    upper, lower = figure.axes
    drawn = {tuple(line.get_ydata()) for line in upper.lines}
    rows = numbers[0]
    valid = rows[
        (rows["study"] == "dimension") & (rows["runs"] == "valid") & (rows["quantity"] == "phi")
    ]
    assert tuple(valid.sort_values("d")["estimate"]) in drawn
    assert [y for line in lower.lines for y in line.get_ydata()[-1:] if len(line.get_ydata()) == 3][
        :1
    ] == [0.0]
    assert upper.get_xscale() == upper.get_yscale() == "log"
    assert "[−" in upper.get_title()


def test_a_figure_without_valid_runs_says_so():
    invalid = {"study": "dimension", "valid": False}
    with style():
        figure = figure2(*numbers_of(invalid, invalid | {"d": 4}), level=0.95)
    assert figure.axes[0].get_title().startswith("No slope")


def test_the_same_numbers_are_the_same_bytes_in_every_format(numbers, tmp_path):
    for name in ("a", "b"):
        with style():
            save_figure(
                figure2(*numbers, level=0.95),
                *[tmp_path / f"{name}.{k}" for k in ("svg", "pdf", "png")],
            )
    for kind in ("svg", "pdf", "png"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_fonts_are_embedded(numbers, tmp_path):
    with style():
        save_figure(figure2(*numbers, level=0.95), tmp_path / "a.svg", tmp_path / "a.pdf")
        assert mpl.rcParams["pdf.fonttype"] == 42
    assert b"/FontFile2" in (tmp_path / "a.pdf").read_bytes()
    assert "<text" not in (tmp_path / "a.svg").read_text(encoding="utf-8")
