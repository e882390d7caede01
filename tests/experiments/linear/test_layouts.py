"""What is said below the tables."""

import pytest
from tests.experiments.linear.made_up import make_experiments, wanting

from fcflow.experiments.linear import tables
from fcflow.paper.layout import cells

INTERVALS = {"resamples": 200, "level": 0.9}


def table1(*rows, wanted):
    return tables.table1(
        make_experiments(*rows), cos_theta2_threshold=0.9, wanted=wanting(wanted), **INTERVALS
    ).layout


def test_table1_counts_runs_and_compares_differences():
    layout = table1({"phi": 0.2}, {"valid": False}, {"cos_theta2": 0.1}, wanted=2)
    assert "2 valid runs (training accuracy 1) among 3 drawn." in layout.notes
    averages = layout.below[0].shown.set_index("label").loc["average of ||cos θ1| − φ|"]
    assert averages[["rebuilt", "n"]].tolist() == pytest.approx([0.05, 1])
    assert averages[["published", "published_n"]].tolist() == pytest.approx([0.1325 / 9, 9])
    assert layout.title.endswith("d = 12, hidden width 3000, batch size 64, column scale 5")


def test_table1_says_what_it_is_short_of():
    layout = table1({}, {"valid": False}, wanted=10)
    assert (
        "among 2 drawn, 9 FEWER than the 10 asked for: the limit of runs was reached."
        in layout.notes[0]
    )


def test_table1_says_that_no_run_was_valid():
    layout = table1({"valid": False}, {"valid": False}, wanted=10)
    assert layout.notes[0].startswith("NO VALID RUN: none of the 2 runs")


def test_table2_shows_intervals_at_their_level():
    experiments = make_experiments({"study": "table2", "phi": 0.1}, {"study": "table2", "phi": 0.3})
    _, shown, layout = tables.table2(experiments, cos_theta2_threshold=0.8, **INTERVALS)
    assert layout.labels["estimate"] == "rebuilt [90\N{NO-BREAK SPACE}% interval]"
    assert "valid runs with |cos θ2| > 0.8, as in the paper" in set(shown["runs"])
    assert "2 of 2 runs are valid; published: 20 of 50" in layout.notes[0]


def test_table2_says_where_published_values_lie():
    runs = [{"study": "table2", "phi": phi, "cos_theta1": 0.9} for phi in (0.2, 0.3, 0.4, 0.45)]
    _, shown, layout = tables.table2(make_experiments(*runs), cos_theta2_threshold=0.8, **INTERVALS)
    aligned = shown[shown["runs"] == "valid runs with |cos θ2| > 0.8, as in the paper"]
    lies = aligned.set_index("quantity")["lies"]
    assert lies[["phi", "abs_cos_theta1"]].tolist() == ["in the interval", "below it"]
    table = [[str(cell) for cell in row] for row in cells(shown, layout)]
    assert ["average of φ", "0.338 [0.250, 0.400]", "4", "0.3280", "in the interval"] in table


def test_batch_sizes_show_valid_runs_as_counts():
    runs = [
        {"batch_size": 8},
        {"batch_size": 8, "valid": False},
        {"batch_size": 64, "valid": False},
    ]
    experiments = make_experiments(*[{"study": "batch_size"} | run for run in runs])
    _, shown, _ = tables.batch_size(experiments, cos_theta2_threshold=0.9, **INTERVALS)
    assert shown["valid"].tolist() == ["1 of 2", "0 of 1", "20 of 50"]
    assert shown["averaged"].tolist() == [1, 0, 18]
    assert shown["batch_size"].tolist() == ["8", "64", "published: not stated"]


def test_figure2_in_numbers_says_where_valid_runs_are_short():
    runs = [{"study": "dimension", "d": d, "valid": d != 8, "phi": 1 / d} for d in (4, 8, 16)]
    experiments = make_experiments(*runs)
    slopes = tables.dimension_slopes(experiments, **INTERVALS).rows
    _, shown, layout = tables.dimension(experiments, slopes, wanted=wanting(1), **INTERVALS)
    notes = " ".join(layout.notes)
    short = "20 epochs, as in the paper, d = 8 (0 of 1)."
    assert f"Fewer valid runs than asked for, within the limit: {short}" in notes
    exponents = layout.below[0].shown
    of_phi = exponents[exponents["runs"].eq("valid runs") & exponents["label"].eq("φ")]
    assert of_phi["estimate"].tolist() == pytest.approx([-1.0])
    assert not shown["study"].str.contains("_").any()
    assert shown["valid"].tolist() == ["1 of 1", "0 of 1", "1 of 1"]


def test_figure2_in_numbers_names_dimensions_without_a_valid_run_where_none_was_asked_for():
    runs = [{"study": "dimension", "d": d, "valid": d != 8, "phi": 1 / d} for d in (4, 8, 16)]
    experiments = make_experiments(*runs)
    slopes = tables.dimension_slopes(experiments, **INTERVALS).rows
    layout = tables.dimension(experiments, slopes, wanted=wanting(None), **INTERVALS).layout
    none = "20 epochs, as in the paper, d = 8 (0 of 1)."
    assert f"No valid run, where none was asked for: {none}" in layout.notes


def test_exponents_are_shown_with_their_intervals():
    runs = [{"study": "dimension", "d": d, "phi": 1 / d} for d in (4, 8, 16)]
    _, shown, layout = tables.dimension_slopes(make_experiments(*runs), **INTERVALS)
    assert shown["label"].tolist() == ["|cos θ1|", "φ"] * 2
    assert [str(row[2]) for row in cells(shown, layout)][1] == "−1.00"
    assert layout.labels["estimate"] == "exponent of d [90\N{NO-BREAK SPACE}% interval]"
