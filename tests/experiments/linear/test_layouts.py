"""What is said below the tables."""

from tests.experiments.linear.made_up import make_experiments, wanting

from fcflow.experiments.linear import tables

INTERVALS = {"resamples": 200, "level": 0.9}


def table1(*rows, wanted):
    return tables.table1(
        make_experiments(*rows), cos_theta2_threshold=0.9, wanted=wanting(wanted)
    ).layout


def test_table1_counts_runs_and_compares_differences():
    layout = table1({"phi": 0.2}, {"valid": False}, {"cos_theta2": 0.1}, wanted=2)
    notes = " ".join(layout.notes)
    assert "2 valid runs (training accuracy 1) among 3 drawn." in notes
    assert "0.0500 over 1 runs rebuilt, 0.0147 over 9 published" in notes
    assert layout.title.endswith("d 12, hidden width 3000, batch size 64, column scale 5")


def test_table1_says_what_it_is_short_of():
    layout = table1({}, {"valid": False}, wanted=10)
    assert "among 2 drawn, 9 SHORT of the 10 asked for: max_runs was reached." in layout.notes[0]


def test_table1_says_that_no_run_was_valid():
    layout = table1({"valid": False}, {"valid": False}, wanted=10)
    assert layout.notes[0].startswith("NO VALID RUN: none of the 2 runs")


def test_table2_shows_intervals_at_their_level():
    experiments = make_experiments({"study": "table2", "phi": 0.1}, {"study": "table2", "phi": 0.3})
    _, shown, layout = tables.table2(experiments, cos_theta2_threshold=0.8, **INTERVALS)
    assert layout.labels["interval"] == "90% interval"
    assert shown["interval"].str.contains(" to ").any()
    assert "valid, |cos θ2| > 0.8" in set(shown["runs"])
    assert "2 of 2 runs valid; published: 20 of 50" in layout.notes[0]


def test_batch_sizes_show_valid_runs_as_counts():
    runs = [
        {"batch_size": 8},
        {"batch_size": 8, "valid": False},
        {"batch_size": 64, "valid": False},
    ]
    experiments = make_experiments(*[{"study": "batch_size"} | run for run in runs])
    _, shown, _ = tables.batch_size(experiments, cos_theta2_threshold=0.9, **INTERVALS)
    assert shown["valid"].tolist() == ["1 of 2", "0 of 1"]
    assert shown["averaged"].tolist() == [1, 0]


def test_figure2_in_numbers_says_where_valid_runs_are_short():
    runs = [{"study": "dimension", "d": d, "valid": d != 8, "phi": 1 / d} for d in (4, 8, 16)]
    experiments = make_experiments(*runs)
    slopes = tables.dimension_slopes(experiments, **INTERVALS).rows
    _, shown, layout = tables.dimension(experiments, slopes, wanted=wanting(1), **INTERVALS)
    notes = " ".join(layout.notes)
    assert (
        "Short of the valid runs asked for, max_runs was reached: dimension, d = 8 (0 of 1)."
        in notes
    )
    assert "Exponent of d, dimension, valid runs, φ: −1.0000" in notes
    assert shown["valid"].tolist() == ["1 of 1", "0 of 1", "1 of 1"]


def test_exponents_are_shown_with_their_intervals():
    runs = [{"study": "dimension", "d": d, "phi": 1 / d} for d in (4, 8, 16)]
    _, shown, layout = tables.dimension_slopes(make_experiments(*runs), **INTERVALS)
    assert shown["label"].tolist() == ["|cos θ1|", "φ"] * 2
    assert shown["interval"].tolist()[1] == "−1.0000 to −1.0000"
    assert layout.labels["interval"] == "90% interval"
