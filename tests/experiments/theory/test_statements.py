"""A few draws of every statement, its table and its figure."""

import numpy as np
import pytest

from fcflow.experiments.theory.lemma3.tables import lemma3
from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.theory.theorem1.columns import ROUNDINGS
from fcflow.experiments.theory.theorem7 import figures
from fcflow.experiments.theory.theorem7.columns import FIRST_ORDER_TABLE
from fcflow.experiments.theory.theorem7.tables import first_order
from fcflow.loading import load
from fcflow.paper.html_table import write_html
from fcflow.paper.latex_table import write_tex
from fcflow.paper.numbers import number
from fcflow.paper.style import headline_of, style
from fcflow.sources import find_entries
from fcflow.steps import step_of

TABLES, FIGURES = (
    {
        name: load(entry.address)
        for name, entry in find_entries("fcflow.experiments.theory", kind).items()
    }
    for kind in ("table", "figure")
)
NAMES = sorted(TABLES.keys() & FIGURES.keys())


def test_every_statement_has_a_table_and_a_figure():
    simulated = set(find_entries("fcflow.experiments.theory", "simulation"))
    assert set(NAMES) == simulated | {"first_order"}
    assert TABLES.keys() ^ FIGURES.keys() == {"identity", "figure1"}


@pytest.mark.parametrize("name", NAMES)
def test_tables_hold_what_they_declare(name, draws, tables):
    step = step_of(TABLES[name])
    (read,) = step.reads.values()
    read.schema.frame.validate(draws[name])
    step.writes["parquet"].frame.validate(tables[name].rows)


@pytest.mark.parametrize("name", NAMES)
def test_tables_can_be_shown_and_every_heading_has_its_column(name, tables, tmp_path):
    _, shown, layout = tables[name]
    assert set(layout.labels) <= set(shown.columns)
    write_html(shown, layout, tmp_path / "a.html")
    write_tex(shown, layout, tmp_path / "a.tex")
    assert (
        "nan" not in (tmp_path / "a.html").read_text(encoding="utf-8").split("<tbody", 1)[1].lower()
    )


@pytest.mark.parametrize("name", NAMES)
def test_figures_draw_every_estimate_of_some_series(name, tables):
    with style():
        figure = FIGURES[name](tables[name].rows)
    drawn = {
        round(float(y), 9) for axes in figure.axes for line in axes.lines for y in line.get_ydata()
    }
    main = {"theorem1": "norm", "lemma2": "log_tail_per_d", "theorem4": "norm", "theorem5": "norm"}
    main |= {"theorem6": "norm", "theorem7": "ratio", "first_order": "residual_max"}
    rows = tables[name].rows
    if name == "lemma3":
        chosen = rows.loc[rows["quantity"].str.startswith("statistic of"), "estimate"]
        drawn = {
            round(float(x), 9)
            for axes in figure.axes
            for line in axes.lines
            for x in line.get_xdata()
        }
    else:
        chosen = pick(rows, main[name])["estimate"]
        if name == "lemma2":  # by how much the bound is too high
            chosen = pick(rows, main[name])["expected"] - chosen
    assert len(chosen) > 1
    assert {round(float(y), 9) for y in chosen} <= drawn
    assert headline_of(figure)


def test_notes_say_what_rounding_is_allowed_and_where_an_upper_end_is_missing(tables):
    rows, _, layout = tables["theorem1"]
    largest = pick(rows, "rounding")["estimate"].max()
    text = " ".join(layout.notes)
    assert f"at most {number(largest)} times the rounding" in text
    assert f"{ROUNDINGS} times would pass" in text
    # Of 40 draws, the 95 % quantile has no upper end.
    assert (rows["low"].notna() & ~np.isfinite(rows["high"])).any()
    assert "too few draws for an upper end" in text


def test_a_p_value_that_underflows_is_below_a_bound_and_not_zero(draws):
    tests = draws["lemma3"].assign(adjusted_p_value=0.0)
    shown = lemma3(tests).shown
    assert set(shown["wrong_least_adjusted_p"]) == {"< 10⁻¹⁰"}
    assert set(lemma3(tests.assign(adjusted_p_value=0.5)).shown["true_least_adjusted_p"]) == {
        "0.500"
    }


def test_lemma2_is_said_to_be_right_in_the_limit_though_bound_over_probability_grows(tables):
    rows = tables["lemma2"].rows
    with style():
        seen = headline_of(FIGURES["lemma2"](rows))
        # A bound that is as far off per dimension at each d has another exponent.
        loose = rows.assign(expected=rows["estimate"] + 0.5)
        other = headline_of(FIGURES["lemma2"](loose))
    last = rows[rows["at"] == rows["at"].max()]
    most = np.exp((last["expected"] - last["estimate"]) * last["at"]).max()
    assert "right in the limit, while bound over P itself grows" in seen
    assert float(seen.split("about ")[1].split(" ")[0]) == pytest.approx(most, rel=0.05)
    assert "right in the limit" not in other
    assert "bound over P itself grows" in other


def test_lemma2_says_of_curves_that_hide_each_other_that_they_coincide(tables):
    rows = tables["lemma2"].rows

    def labels(changed):
        with style():
            return [text.get_text() for text in FIGURES["lemma2"](changed).axes[0].texts]

    # α = 0.0001 lies within half a percent of 0.01.
    assert [label for label in labels(rows) if "coincide" in label] == [
        "α = 0.01\n(and 0.0001: coincide)"
    ]
    assert len(labels(rows)) == rows["series"].nunique() - 1
    least = rows["series"] == "0.0001"
    farther = rows["expected"] + 0.1 * (rows["expected"] - rows["estimate"])
    apart = labels(rows.assign(expected=rows["expected"].mask(least, farther)))
    assert len(apart) == rows["series"].nunique()
    assert not any("coincide" in label for label in apart)


def test_theorem4_names_lines_at_their_ends_and_draws_single_networks_hollow(tables):
    rows = tables["theorem4"].rows
    last = rows["at"] == rows["at"].max()
    single = rows.assign(
        n=rows["n"].mask(last, 1), estimate=rows["estimate"].mask(last, 100 * rows["estimate"])
    )
    with style():
        axes = FIGURES["theorem4"](single).axes[0]
        full = FIGURES["theorem4"](rows).axes[0]
    axes.figure.draw_without_rendering()
    into_data = (axes.transAxes + axes.transData.inverted()).transform
    ends = [into_data(text.xy)[1] for text in axes.texts]
    laws = pick(single, "norm").query("at == at.max()")["expected"]
    np.testing.assert_allclose(sorted(ends), sorted(laws))
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == single["series"].nunique()
    assert all((line.get_xdata() == rows["at"].max()).all() for line in hollow)
    assert "hollow" in axes.get_title("left")
    assert "hollow" not in full.get_title("left")


def test_theorem4_says_of_how_many_networks_marks_are(tables):
    rows = tables["theorem4"].rows
    norms = pick(rows, "norm").sort_values("at")
    with style():
        title = FIGURES["theorem4"](rows).axes[0].get_title("left")
    for row in (norms.iloc[0], norms.iloc[-1]):
        assert f"{row['n']} at d = {row['at']:.0f}" in title


def test_theorem1_counts_and_fits_what_was_drawn(draws, tables):
    rows, drawn = tables["theorem1"].rows, draws["theorem1"]
    at = pick(rows, "norm").set_index("at")
    assert at.loc[32, "estimate"] == pytest.approx(drawn.loc[drawn["d"] == 32, "norm"].mean())
    # The exact mean, by quadrature, beside that of 400,000 draws of its three entries.
    assert at["expected"].iloc[0] == pytest.approx(mean_of_the_law(), rel=3e-3)
    kept = pick(rows, "apart_0.5").set_index("at")["estimate"]
    far = drawn["nearest_distance"] >= 0.5 * np.sqrt(2 * drawn["d"])
    assert kept[64] == pytest.approx(far[drawn["d"] == 64].mean())
    means = drawn[drawn["d"] >= 16].groupby("d")["norm"].mean()
    slope = np.polyfit(np.log(means.index), np.log(means), 1)[0]
    assert total(rows, "norm_exponent")["estimate"] == pytest.approx(slope)


def mean_of_the_law():
    draw = np.random.default_rng(0)
    n = 400_000
    return np.hypot(
        np.sqrt(draw.chisquare(2, n)) - draw.standard_normal(n), draw.standard_normal(n)
    ).mean()


def test_theorem4_falls_with_square_layers_and_not_with_wide_ones(tables):
    slopes = pick(tables["theorem4"].rows, "norm_exponent").set_index("series")["estimate"]
    assert slopes["1, ×1"] == pytest.approx(-0.5, abs=0.1)
    assert slopes["2, ×1"] == pytest.approx(-1.0, abs=0.15)
    assert slopes["1, ×1.5"] > -0.25


def test_theorem6_counts_matrices_whose_classes_are_nearer_than_the_feature(draws, tables):
    drawn = draws["theorem6"]
    eight = drawn[(drawn["d"] == 8) & (drawn["column_scale"] == 1.0)]
    expected = (eight["class_distance"] < 2 * eight["feature_norm"] * (1 - 1e-9)).mean()
    found = pick(tables["theorem6"].rows, "below_feature", "scale 1").set_index("at")
    assert found.loc[8, "estimate"] == pytest.approx(expected)
    assert 0 < expected < 1


def test_theorem7_has_the_exact_means_beside_it(tables):
    ratio = pick(tables["theorem7"].rows, "ratio")
    np.testing.assert_allclose(ratio["expected"], 2 / ratio["at"])
    assert total(tables["theorem7"].rows, "least_adjusted_p")["estimate"] > 0.01


def test_first_order_leaves_networks_out_that_are_not_accurate(tables):
    assert total(tables["first_order"].rows, "networks")[["estimate", "n"]].tolist() == [2.0, 3]


def test_no_accurate_network_is_told_in_table_and_figure(draws):
    invalid = draws["first_order"].assign(valid=False)
    rows, _, layout = first_order(invalid, resamples=200, level=0.95)
    FIRST_ORDER_TABLE.frame.validate(rows)
    assert layout.notes[0].startswith("NO VALID RUN")
    with style():
        assert figures.first_order(rows).axes[0].get_title("left") == "No accurate network"
