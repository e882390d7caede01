"""Figure 2 from made-up runs."""

import matplotlib as mpl
import pytest
from tests.experiments.linear.made_up import make_experiments, wanting

from fcflow.experiments.linear.figures import figure2
from fcflow.experiments.linear.tables import dimension, dimension_slopes
from fcflow.paper import published
from fcflow.paper.style import headline_of, save_figure, style

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
        figure = figure2(*numbers, level=0.95, epochs=20)
    upper, invalid, lower = figure.axes
    drawn = {tuple(line.get_ydata()) for line in upper.lines}
    others = {tuple(line.get_ydata()) for line in invalid.lines}
    rows = numbers[0]
    valid = rows[
        (rows["study"] == "dimension") & (rows["runs"] == "valid") & (rows["quantity"] == "phi")
    ]
    assert tuple(valid.sort_values("d")["estimate"]) in drawn
    failed = rows[
        (rows["study"] == "dimension_high")
        & (rows["runs"] == "invalid")
        & (rows["quantity"] == "phi")
    ]
    assert tuple(failed["estimate"]) in others
    assert (1.0, 1.0, 0.0) in {tuple(line.get_ydata()) for line in lower.lines}
    assert upper.get_xscale() == upper.get_yscale() == "log"


def test_the_exponent_of_the_same_networks_phi_stands_beside_that_of_the_cosine(numbers):
    rows, slopes = numbers
    with style():
        valid = figure2(rows, slopes, level=0.95, epochs=20).axes[0]
        none = figure2(rows, slopes.head(0), level=0.95, epochs=20).axes[0]
    lines = valid.texts[0].get_text().splitlines()
    assert [line.split(":")[0] for line in lines] == ["exponents of d", "|cos θ₁|", "φ"]
    assert none.texts[0].get_text() == ""


def test_published_values_stand_where_their_dimension_is_drawn(numbers):
    with style():
        figure = figure2(*numbers, level=0.95, epochs=20)
    valid, _, share = figure.axes
    marks = {tuple(line.get_ydata()) for line in valid.lines if line.get_marker() == "D"}
    assert marks == {(published.TABLE2_COS_THETA1, published.TABLE2_PHI)}
    assert [tuple(line.get_ydata()) for line in share.lines if line.get_marker() == "D"] == [(0.4,)]


@pytest.mark.parametrize(
    ("power", "seen"), [(-0.5, "falls about as 1/√d"), (-1.0, "not as 1/√d"), (0.5, "grows")]
)
def test_the_title_says_what_the_exponent_shows(power, seen):
    runs = [
        {"study": "dimension", "d": d, "cos_theta1": d**power / 8 * (1 + 0.01 * run)}
        for d in (4, 8, 16)
        for run in range(4)
    ]
    with style():
        figure = figure2(*numbers_of(*runs), level=0.95, epochs=20)
    assert seen in headline_of(figure)
    assert "(d = 4 to 16, exponent" in headline_of(figure)
    assert "none learns" not in headline_of(figure)


@pytest.mark.parametrize(
    ("beyond", "seen"),
    [
        ((0.2, 0.3), "; from d = 64 none learns within 20 epochs, and |cos θ₁| rises"),
        ((0.3, 0.2), "; from d = 64 none learns within 20 epochs, and |cos θ₁| falls"),
        ((0.3, 0.3), "; from d = 64 none learns within 20 epochs"),
    ],
)
def test_the_title_says_from_where_none_learns_and_what_is_seen_there(beyond, seen):
    runs = [
        {"study": "dimension", "d": d, "cos_theta1": d**-0.5 * (1 + 0.01 * run)}
        | {"valid": d != 4 or run > 0}
        for d in (4, 8, 16)
        for run in range(4)
    ]
    runs += [
        {"study": "dimension_high", "d": d, "cos_theta1": cosine * (1 + 0.01 * run), "valid": False}
        for d, cosine in zip((64, 128), beyond, strict=True)
        for run in range(4)
    ]
    with style():
        figure = figure2(*numbers_of(*runs), level=0.95, epochs=20)
    assert headline_of(figure).endswith(seen)


def test_every_mark_is_named_in_the_legend(numbers):
    with style():
        figure = figure2(*numbers, level=0.95, epochs=20)
    (legend,) = figure.legends
    named = {text.get_text() for text in legend.get_texts()}
    assert {"|cos θ₁|, trained longer", "share, trained longer", "published share"} <= named


def test_a_figure_without_valid_runs_says_so():
    invalid = {"study": "dimension", "valid": False}
    with style():
        figure = figure2(*numbers_of(invalid, invalid | {"d": 4}), level=0.95, epochs=20)
    assert headline_of(figure).startswith("No slope")


def test_the_same_numbers_are_the_same_bytes_in_every_format(numbers, tmp_path):
    for name in ("a", "b"):
        with style():
            save_figure(
                figure2(*numbers, level=0.95, epochs=20),
                *[tmp_path / f"{name}.{k}" for k in ("svg", "pdf", "png")],
            )
    for kind in ("svg", "pdf", "png"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_fonts_are_embedded(numbers, tmp_path):
    with style():
        save_figure(
            figure2(*numbers, level=0.95, epochs=20), tmp_path / "a.svg", tmp_path / "a.pdf"
        )
        assert mpl.rcParams["pdf.fonttype"] == 42
    assert b"/FontFile2" in (tmp_path / "a.pdf").read_bytes()
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert ">Networks that did not</text>" in svg  # text is text, and needs no font inside
