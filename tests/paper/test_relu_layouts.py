import pandas as pd
import pytest

from fcflow.paper.relu import extensions, relu_slopes, table3, table4, table4_averages
from fcflow.paper.relu_layouts import extensions_layout, table3_layout, table4_layout

INTERVALS = {"resamples": 200, "level": 0.9}
SIZES = {"d": 12, "column_scale": 5.0, "hidden": 3000, "batch_size": 64, "depth": 1}


def experiments(*rows):
    usual = SIZES | {"study": "table3", "valid": True, "phi": 0.2, "rho_mean": 0.3}
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


def test_table3_counts_accurate_networks_and_sets_published_values_beside():
    runs = experiments({"phi": 0.3}, {"phi": 0.1, "valid": False})
    rows = table3(segments(0.25, 0.75), runs, **INTERVALS)
    shown, layout = table3_layout(rows, runs, level=0.9, wanted=1)
    assert shown["rho_mean"].tolist() == [0.25, 0.25]
    assert shown["published_mean"].iloc[0] == 0.3278
    assert layout.notes[0] == "1 accurate networks (training accuracy 1) among 2 trained."
    assert "φ is 0.3000 over the accurate networks' matrices and 0.2000 over all" in layout.notes[1]
    assert layout.title.endswith("d 12, hidden layers 1, width 3000, batch size 64, column scale 5")


def test_table3_says_that_no_network_was_accurate_and_what_it_is_short_of():
    runs = experiments({"valid": False})
    _, layout = table3_layout(table3(segments(0.25), runs, **INTERVALS), runs, level=0.9, wanted=5)
    assert layout.notes[0] == "NO VALID RUN: none of the 1 networks reached training accuracy 1."
    assert layout.notes[1].endswith("5 SHORT of the 5 asked for: max_runs was reached.")


def test_table4_averages_only_points_that_were_flipped_and_counts_the_others():
    failed = {"success": False, "minimal_norm": float("nan"), "minimal_ratio": float("nan")}
    attacked = points({}, failed, {"run": 3, "minimal_ratio": 0.7})
    rows, averages = table4(attacked), table4_averages(attacked, **INTERVALS)
    shown, layout = table4_layout(rows, averages, attacked, level=0.9, wanted=3)
    assert shown["minimal_ratio"].tolist() == [0.5, 0.7]
    assert shown["found"].tolist() == [1, 1]
    notes = " ".join(layout.notes)
    assert "Average of found ‖e‖/‖a‖: 0.6000" in notes
    assert "2 of 3 points were flipped" in notes
    assert "2 accurate networks (training accuracy 1), 1 SHORT of the 3 asked for" in notes


def test_table4_says_that_there_was_no_network_to_attack():
    rows, averages = table4(points()), table4_averages(points(), **INTERVALS)
    shown, layout = table4_layout(rows, averages, points(), level=0.9, wanted=3)
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
    shown, layout = extensions_layout(
        extensions(runs, **INTERVALS), relu_slopes(runs, **INTERVALS), 0.9
    )
    assert shown["valid"].tolist() == [f"{int(valid)} of 1"] * 4
    assert shown["rho_all"].tolist() == [0.25, 0.25, 0.5, 0.5]
    exponents = [note for note in layout.notes if note.startswith("Exponent")]
    assert exponents == valid * [
        f"Exponent of d, hidden layers {depth}: −0.5000 (−0.5000 to −0.5000), over 2 valid networks"
        " at the dimensions swept."
        for depth in (1, 2)
    ]
