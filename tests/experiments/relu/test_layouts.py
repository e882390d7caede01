"""Averages of made-up networks, and what is said below the tables."""

import pandas as pd
import pytest

from fcflow.experiments.relu import tables
from fcflow.paper.layout import cells

INTERVALS = {"resamples": 200, "level": 0.9}
SIZES = {"d": 12, "column_scale": 5.0, "hidden": 3000, "batch_size": 64, "depth": 1}


def experiments(*rows):
    usual = SIZES | {"study": "table3", "valid": True, "phi": 0.2, "rho_mean": 0.3}
    usual |= {"fresh_accuracy": 1.0}
    return pd.DataFrame([usual | {"run": run} | row for run, row in enumerate(rows)])


def segments(*rho):
    rows = [
        {"alpha": alpha, "run": run, "rho": each}
        for run, each in enumerate(rho)
        for alpha in (0.0, 0.5)
    ]
    return pd.DataFrame(rows).assign(study="table3", rho2=0.4)


def points(*rows):
    usual = SIZES | {"run": 0, "feature_norm": 4.0, "cos_theta": -0.5, "success": True}
    usual |= {"minimal_norm": 2.0, "minimal_ratio": 0.5, "certified_ratio": 0.4, "bracket": 0.8}
    return pd.DataFrame([usual | row for row in rows], columns=list(usual)).astype(
        {"success": bool}
    )


def table3(rows, runs, wanted):
    return tables.table3(rows, runs, wanted={"table3": wanted}, **INTERVALS)


def table4(attacked):
    averages = tables.table4_averages(attacked, **INTERVALS).rows
    return tables.table4(attacked, averages, level=0.9, wanted={"table4": 3})


def test_table3_counts_accurate_networks_and_sets_published_values_beside():
    runs = experiments({"phi": 0.3}, {"phi": 0.1, "valid": False})
    _, shown, layout = table3(segments(0.25, 0.75), runs, wanted=1)
    assert shown["rho_mean"].tolist() == [0.25, 0.25]
    assert shown["published_mean"].iloc[0] == 0.3278
    assert layout.notes[0] == "1 accurate network (training accuracy 1) among 2 trained."
    assert layout.below[0].shown["phi"].tolist() == pytest.approx([0.3, 0.2])
    assert layout.title.endswith(
        "d = 12, hidden layers 1, width 3000, batch size 64, column scale 5"
    )


def test_table3_says_that_no_network_was_accurate_and_what_it_is_short_of():
    runs = experiments({"valid": False})
    layout = table3(segments(0.25), runs, wanted=5).layout
    assert layout.notes[0] == "NO VALID RUN: none of the 1 networks reached training accuracy 1."
    assert layout.notes[1].endswith("5 FEWER than the 5 asked for: the limit of runs was reached.")


def test_table4_averages_only_points_that_were_flipped_and_counts_the_others():
    failed = {"success": False, "minimal_norm": float("nan"), "minimal_ratio": float("nan")}
    attacked = points({}, failed, {"run": 3, "minimal_ratio": 0.7})
    _, shown, layout = table4(attacked)
    assert shown["minimal_ratio"].tolist() == [0.5, 0.7]
    assert shown["found"].tolist() == [1, 1]
    notes = " ".join(layout.notes)
    averages = layout.below[0].shown.set_index("label")["estimate"]
    assert averages["found ‖e‖/‖a‖"] == pytest.approx(0.6)
    assert "2 of 3 points were flipped" in notes
    assert "the runs left out did not reach training accuracy 1" in notes
    assert not any("left out" in note for note in table4(points({})).layout.notes)
    assert "2 accurate networks (training accuracy 1), 1 FEWER than the 3 asked for" in notes


def test_table4_says_that_there_was_no_network_to_attack():
    _, shown, layout = table4(points())
    assert shown.empty
    assert layout.notes == [
        "NO VALID RUN: no network reached training accuracy 1, so there is none to attack."
    ]


@pytest.mark.parametrize("valid", [True, False])
def test_extensions_have_one_row_a_setting(valid):
    sizes = [{"d": d, "depth": depth} for d in (4, 16) for depth in (1, 2)]
    study = {4: "dimension_small", 16: "dimension"}
    rows = [
        size | {"study": study[size["d"]], "rho_mean": size["d"] ** -0.5, "valid": valid}
        for size in sizes
    ]
    runs = experiments(*rows)
    slopes = tables.relu_slopes(runs, **INTERVALS).rows
    _, shown, layout = tables.extensions(runs, slopes, **INTERVALS)
    assert shown["valid"].tolist() == [f"{int(valid)} of 1"] * 4
    assert shown["rho_all"].tolist() == [0.25, 0.25, 0.5, 0.5]
    assert shown["fresh_accuracy"].tolist() == [1.0] * 4
    exponents = layout.below[0].shown
    assert exponents["depth"].tolist() == valid * [1, 2]
    assert exponents["estimate"].tolist() == pytest.approx(valid * [-0.5, -0.5])
    assert not shown["study"].str.contains("_").any()


def test_rows_of_one_setting_in_two_studies_are_explained():
    runs = experiments({"study": "scale"}, {"study": "width", "rho_mean": 0.4})
    slopes = tables.relu_slopes(runs, **INTERVALS).rows
    notes = tables.extensions(runs, slopes, **INTERVALS).layout.notes
    assert any("networks of other random matrices" in note for note in notes)


def test_averages_of_table4_count_networks_and_points():
    failed = {"success": False, "minimal_norm": float("nan"), "minimal_ratio": float("nan")}
    attacked = points({}, failed, {"run": 3, "minimal_ratio": 0.7})
    rows, shown, layout = tables.table4_averages(attacked, **INTERVALS)
    assert rows.set_index("quantity").loc["minimal_ratio", ["estimate", "n"]].tolist() == [0.6, 2]
    assert rows.set_index("quantity").loc["success_rate", "n"] == 3
    assert shown["label"].iloc[0] == "|cos θ|"
    bracket = shown.set_index("label").loc["1 − certified/found"]
    assert bracket["estimate"] == pytest.approx(0.2)
    assert rows.set_index("quantity").loc["bracket", "estimate"] == pytest.approx(0.8)
    assert layout.labels["estimate"] == "rebuilt [90\N{NO-BREAK SPACE}% interval]"


@pytest.mark.parametrize("dims", [(4, 16), (4,)])
def test_exponents_of_rho_are_shown_by_depth(dims):
    runs = experiments(*[{"study": "dimension", "d": d, "rho_mean": d**-0.5} for d in dims])
    _, shown, layout = tables.relu_slopes(runs, **INTERVALS)
    assert shown["depth"].tolist() == [1]
    assert str(cells(shown, layout)[0][1]) == ("−0.500" if len(dims) > 1 else "–")
