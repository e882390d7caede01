"""Averages over made-up runs, each known."""

import numpy as np
import pytest
from tests.experiments.linear.made_up import ALIGNED, INTERVALS, make_experiments, wanting

from fcflow.experiments.linear import tables
from fcflow.experiments.linear.table_columns import BATCH_SIZES, DIMENSIONS, SLOPES, TABLE1, TABLE2
from fcflow.paper import published


def table1(*rows):
    made = tables.table1(make_experiments(*rows), **ALIGNED, wanted=wanting(None))
    return TABLE1.frame.validate(made.rows)


def table2(*rows):
    runs = make_experiments(*[{"study": "table2"} | row for row in rows])
    return TABLE2.frame.validate(tables.table2(runs, **ALIGNED).rows)


def slopes(*rows):
    runs = make_experiments(*[{"study": "dimension"} | row for row in rows])
    return SLOPES.frame.validate(tables.dimension_slopes(runs, **INTERVALS).rows)


def dimensions(*rows):
    runs = make_experiments(*[{"study": "dimension"} | row for row in rows])
    fitted = tables.dimension_slopes(runs, **INTERVALS).rows
    made = tables.dimension(runs, fitted, wanted=wanting(None), **INTERVALS)
    return DIMENSIONS.frame.validate(made.rows)


def value(rows, **where):
    for column, wanted in where.items():
        rows = rows[rows[column] == wanted]
    return rows["estimate"].item()


def test_table1_sets_valid_runs_beside_the_published_ten():
    rows = table1(
        {"phi": 0.1}, {"valid": False, "train_accuracy": 0.9}, {"phi": 0.3}, {"study": "x"}
    )
    assert len(rows) == 10
    assert rows["phi"].dropna().tolist() == [0.1, 0.3]
    assert rows["run"].dropna().tolist() == [0, 2]
    assert rows["published_phi"].tolist() == [experiment.phi for experiment in published.TABLE1]


def test_table1_can_be_longer_than_the_published_one():
    rows = table1(*[{}] * 12)
    assert len(rows) == 12
    assert rows["published_phi"].isna().sum() == 2


def test_published_averages_are_consistent_with_the_published_experiments():
    aligned = [e for e in published.TABLE1 if abs(e.cos_theta2) > 0.9]
    assert len(aligned) == 9
    assert np.mean([abs(abs(e.cos_theta1) - e.phi) for e in aligned]) == pytest.approx(0.1325 / 9)


def test_table2_averages_over_aligned_valid_runs_and_over_all_valid_runs():
    runs = [
        {"cos_theta1": -0.3, "phi": 0.2},
        {"cos_theta1": 0.5, "phi": 0.6},
        {"cos_theta1": 0.9, "phi": 0.1, "cos_theta2": 0.1},
        {"cos_theta1": 0.7, "phi": 0.0, "valid": False},
    ]
    rows = table2(*runs)
    assert value(rows, quantity="valid_rate") == 0.75
    assert value(rows, quantity="aligned_rate") == pytest.approx(2 / 3)
    assert value(rows, runs="aligned", quantity="abs_cos_theta1") == pytest.approx(0.4)
    assert value(rows, runs="aligned", quantity="difference") == pytest.approx(0.1)
    assert value(rows, runs="valid", quantity="phi") == pytest.approx(0.3)
    printed = rows.set_index(["runs", "quantity"])["published"]
    assert printed["aligned", "phi"] == published.TABLE2_PHI
    assert np.isnan(printed["valid", "phi"])


def test_table2_without_a_valid_run_has_no_averages():
    rows = table2({"valid": False})
    assert value(rows, quantity="valid_rate") == 0.0
    assert rows[rows["quantity"] == "phi"]["estimate"].isna().all()
    assert (rows[rows["quantity"] == "phi"]["n"] == 0).all()


def test_batch_sizes_are_told_apart():
    runs = [
        {"batch_size": 64},
        {"batch_size": 64, "phi": 0.4},
        {"batch_size": 4096, "valid": False},
    ]
    experiments = make_experiments(*[{"study": "batch_size"} | run for run in runs])
    rows = BATCH_SIZES.frame.validate(tables.batch_size(experiments, **ALIGNED).rows)
    assert value(rows, batch_size=64, quantity="phi") == pytest.approx(0.3)
    assert value(rows, batch_size=4096, quantity="valid_rate") == 0.0
    assert np.isnan(value(rows, batch_size=4096, quantity="phi"))


def test_dimensions_are_averaged_over_valid_and_over_all_runs():
    runs = [
        {"d": 4, "phi": 0.4},
        {"d": 4, "phi": 0.2, "valid": False},
        {"d": 16, "phi": 0.1, "enumerated": False},
    ]
    rows = dimensions(*runs, {"study": "table2"})
    assert value(rows, d=4, runs="valid", quantity="phi") == pytest.approx(0.4)
    assert value(rows, d=4, runs="all", quantity="phi") == pytest.approx(0.3)
    assert value(rows, d=4, quantity="valid_rate") == 0.5
    assert not rows[rows["d"] == 16]["enumerated"].any()


def test_a_run_that_is_wrong_everywhere_has_no_least_perturbation_to_average():
    empty = {f"minimal_ratio_{name}": np.nan for name in ("mean", "min", "median", "max")}
    rows = dimensions({"valid": False, "n_correct": 0, **empty}, {})
    assert value(rows, runs="all", quantity="minimal_ratio_mean") == pytest.approx(0.25)


def test_slopes_are_those_of_the_averages():
    rows = slopes(*[{"d": d, "phi": d**-0.5, "cos_theta1": -(d**-0.25)} for d in (4, 8, 16, 64)])
    assert value(rows, runs="valid", quantity="phi") == pytest.approx(-0.5)
    assert value(rows, runs="valid", quantity="abs_cos_theta1") == pytest.approx(-0.25)
    assert rows["d_max"].eq(64).all()


def test_there_is_no_slope_without_two_dimensions():
    assert slopes({}, {})["estimate"].isna().all()


def test_what_trains_alike_is_fitted_together():
    high = {"study": "dimension_high", "d": 256, "phi": 1 / 16}
    rows = slopes({"d": 4, "phi": 0.5}, {"d": 16, "phi": 0.25}, high)
    assert set(rows["study"]) == {"dimension"}
    assert value(rows, runs="valid", quantity="phi") == pytest.approx(-0.5)
    assert rows["d_max"].eq(256).all()
