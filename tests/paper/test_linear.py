import numpy as np
import pytest

from fcflow.paper import published
from fcflow.paper.linear import (
    BATCH_SIZES,
    DIMENSIONS,
    SLOPES,
    TABLE1,
    TABLE2,
    batch_size_table,
    dimension_table,
    slope_table,
    table1,
    table2,
)

INTERVALS = {"resamples": 200, "level": 0.95}


def value(rows, **where):
    for column, wanted in where.items():
        rows = rows[rows[column] == wanted]
    return rows["estimate"].item()


def test_table1_sets_valid_runs_beside_the_published_ten(make_experiments):
    rows = table1(
        make_experiments(
            {"phi": 0.1}, {"valid": False, "train_accuracy": 0.9}, {"phi": 0.3}, {"study": "x"}
        )
    )
    TABLE1.frame.validate(rows)
    assert len(rows) == 10
    assert rows["phi"].dropna().tolist() == [0.1, 0.3]
    assert rows["run"].dropna().tolist() == [0, 2]
    assert rows["published_phi"].tolist() == [experiment.phi for experiment in published.TABLE1]


def test_table1_can_be_longer_than_the_published_one(make_experiments):
    rows = table1(make_experiments(*[{}] * 12))
    TABLE1.frame.validate(rows)
    assert len(rows) == 12
    assert rows["published_phi"].isna().sum() == 2


def test_published_averages_are_consistent_with_the_published_experiments():
    aligned = [e for e in published.TABLE1 if abs(e.cos_theta2) > 0.9]
    assert len(aligned) == 9
    assert np.mean([abs(abs(e.cos_theta1) - e.phi) for e in aligned]) == pytest.approx(0.1325 / 9)


def test_table2_averages_over_aligned_valid_runs_and_over_all_valid_runs(make_experiments):
    runs = [
        {"cos_theta1": -0.3, "phi": 0.2},
        {"cos_theta1": 0.5, "phi": 0.6},
        {"cos_theta1": 0.9, "phi": 0.1, "cos_theta2": 0.1},
        {"cos_theta1": 0.7, "phi": 0.0, "valid": False},
    ]
    rows = table2(
        make_experiments(*[{"study": "table2"} | run for run in runs]), threshold=0.9, **INTERVALS
    )
    TABLE2.frame.validate(rows)
    assert value(rows, quantity="valid_rate") == 0.75
    assert value(rows, quantity="aligned_rate") == pytest.approx(2 / 3)
    assert value(rows, runs="aligned", quantity="abs_cos_theta1") == pytest.approx(0.4)
    assert value(rows, runs="aligned", quantity="difference") == pytest.approx(0.1)
    assert value(rows, runs="valid", quantity="phi") == pytest.approx(0.3)
    printed = rows.set_index(["runs", "quantity"])["published"]
    assert printed["aligned", "phi"] == published.TABLE2_PHI
    assert np.isnan(printed["valid", "phi"])


def test_table2_without_a_valid_run_has_no_averages(make_experiments):
    rows = table2(make_experiments({"study": "table2", "valid": False}), threshold=0.9, **INTERVALS)
    TABLE2.frame.validate(rows)
    assert value(rows, quantity="valid_rate") == 0.0
    assert rows[rows["quantity"] == "phi"]["estimate"].isna().all()
    assert (rows[rows["quantity"] == "phi"]["n"] == 0).all()


def test_batch_sizes_are_told_apart(make_experiments):
    runs = [
        {"batch_size": 64},
        {"batch_size": 64, "phi": 0.4},
        {"batch_size": 4096, "valid": False},
    ]
    experiments = make_experiments(*[{"study": "batch_size"} | run for run in runs])
    rows = batch_size_table(experiments, threshold=0.9, **INTERVALS)
    BATCH_SIZES.frame.validate(rows)
    assert value(rows, batch_size=64, quantity="phi") == pytest.approx(0.3)
    assert value(rows, batch_size=4096, quantity="valid_rate") == 0.0
    assert np.isnan(value(rows, batch_size=4096, quantity="phi"))


def test_dimensions_are_averaged_over_valid_and_over_all_runs(make_experiments):
    runs = [
        {"d": 4, "phi": 0.4},
        {"d": 4, "phi": 0.2, "valid": False},
        {"d": 16, "phi": 0.1, "enumerated": False},
    ]
    experiments = make_experiments(
        *[{"study": "dimension"} | run for run in runs], {"study": "table2"}
    )
    rows = dimension_table(experiments, **INTERVALS)
    DIMENSIONS.frame.validate(rows)
    assert value(rows, d=4, runs="valid", quantity="phi") == pytest.approx(0.4)
    assert value(rows, d=4, runs="all", quantity="phi") == pytest.approx(0.3)
    assert value(rows, d=4, quantity="valid_rate") == 0.5
    assert not rows[rows["d"] == 16]["enumerated"].any()


def test_a_run_that_is_wrong_everywhere_has_no_least_perturbation_to_average(make_experiments):
    empty = {f"minimal_ratio_{name}": np.nan for name in ("mean", "min", "median", "max")}
    runs = make_experiments(
        {"study": "dimension", "valid": False, "n_correct": 0, **empty}, {"study": "dimension"}
    )
    rows = dimension_table(runs, **INTERVALS)
    assert value(rows, runs="all", quantity="minimal_ratio_mean") == pytest.approx(0.25)


def test_slopes_are_those_of_the_averages(make_experiments):
    runs = [
        {"study": "dimension", "d": d, "phi": d**-0.5, "cos_theta1": -(d**-0.25)}
        for d in (4, 8, 16, 64)
    ]
    rows = slope_table(make_experiments(*runs), **INTERVALS)
    SLOPES.frame.validate(rows)
    assert value(rows, runs="valid", quantity="phi") == pytest.approx(-0.5)
    assert value(rows, runs="valid", quantity="abs_cos_theta1") == pytest.approx(-0.25)
    assert rows["d_max"].eq(64).all()


def test_there_is_no_slope_without_two_dimensions(make_experiments):
    rows = slope_table(
        make_experiments({"study": "dimension"}, {"study": "dimension"}), **INTERVALS
    )
    assert rows["estimate"].isna().all()
