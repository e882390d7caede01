"""Tables, figures and verdicts of the open questions, also where nothing has learned."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from tests.experiments.ablations.made_up import all_studies, claim_tables, finite, nothing_learned

from fcflow.experiments.ablations.architecture import seen as architecture
from fcflow.experiments.ablations.cells import add_cell, trained
from fcflow.experiments.ablations.certified import seen as certified
from fcflow.experiments.ablations.columns import ATTACKS, FACTORS
from fcflow.experiments.ablations.data import seen as data
from fcflow.experiments.ablations.explanations import seen as explanations
from fcflow.experiments.ablations.figures import ablations_studies as draw_studies
from fcflow.experiments.ablations.findings.columns import FINDINGS
from fcflow.experiments.ablations.findings.questions import QUESTIONS
from fcflow.experiments.ablations.findings.tables import findings
from fcflow.experiments.ablations.naming import name_cells
from fcflow.experiments.ablations.robust import seen as robust
from fcflow.experiments.ablations.robust.changes import CHANGES, changes, slope, slopes_of_runs
from fcflow.experiments.ablations.tables import ablations_studies
from fcflow.experiments.ablations.training import seen as training
from fcflow.experiments.theory.rows import Estimates
from fcflow.paper.claims.claim import declared_claims
from fcflow.paper.claims.finding import Untested, Verdict
from fcflow.paper.layout import cells, panels
from fcflow.paper.style import headline_of, style
from fcflow.sources import find_entries
from fcflow.steps import step_of

QUANTITIES = ("learned", "cos_theta", "over_phi", "ratio")  # of the figure of all studies
ROOM = "fcflow.experiments.ablations"
ROOMS = [question.room for question in QUESTIONS]
OPTIONS = {"resamples": 200, "level": 0.95}


def made(room, networks):
    """Return the table of a question."""
    table = getattr(import_module(f"{ROOM}.{room}.tables"), f"ablations_{room}")
    return table(networks, **OPTIONS)


def drawn(room, networks, rows):
    """Return the figure of a question."""
    figure = getattr(import_module(f"{ROOM}.{room}.figures"), f"ablations_{room}")
    inputs = {"networks": networks, "rows": rows}
    with style():
        picture = figure(**{name: inputs[name] for name in step_of(figure).reads})
        picture.draw_without_rendering()
    return picture


def claim_of(room):
    (claim,) = declared_claims([f"{ROOM}.{room}.claims"])
    return claim


@pytest.mark.parametrize("room", ROOMS)
def test_a_question_has_a_table_a_figure_with_a_headline_and_a_verdict(room):
    networks, _ = all_studies()
    table = made(room, networks)
    for panel in panels(table.shown, table.layout):
        assert cells(panel.shown, panel.layout)
    picture = drawn(room, networks, table.rows)
    assert len(headline_of(picture)) > 20
    finding = claim_of(room).rule.judge(claim_of(room).test(table.rows))
    assert finding.verdict is not Verdict.UNTESTABLE
    assert finite(finding.estimate.value)
    assert finding.estimate.n > 0


@pytest.mark.parametrize("room", ROOMS)
def test_where_an_attack_or_a_proof_found_nothing_the_others_are_shown(room):
    networks = all_studies()[0].copy()
    networks.loc[::2, ["fast_gradient", "proved_fast_gradient"]] = np.nan
    networks.loc[::3, ["certified", "proved_norm"]] = np.nan
    networks.loc[::5, ["norm", "ratio", "curvature"]] = np.nan
    drawn(room, networks, made(room, networks).rows)


@pytest.mark.parametrize("room", ROOMS)
def test_where_nothing_has_learned_that_is_said(room):
    networks = nothing_learned()
    table = made(room, networks)
    for panel in panels(table.shown, table.layout):
        cells(panel.shown, panel.layout)
    drawn(room, networks, table.rows)
    finding = claim_of(room).rule.judge(claim_of(room).test(table.rows))
    assert finding.verdict is Verdict.UNTESTABLE


def test_findings_follow_from_the_tables():
    networks, _ = all_studies()
    tables = {room: made(room, networks).rows for room in ROOMS}
    rows = findings(networks, **tables, level=0.95).rows
    assert list(rows["claim"]) == [question.claim for question in QUESTIONS]
    assert {*rows["claim"]} <= {*find_entries(ROOM, "claim")}
    assert {*rows["shown"]} <= {*find_entries(ROOM, "figure")} & {*find_entries(ROOM, "table")}
    for row, question in zip(rows.to_dict("records"), QUESTIONS, strict=True):
        measured = claim_of(question.room).test(tables[question.room])
        assert not isinstance(measured, Untested)
        assert row["estimate"] == measured.estimate.value
        held = row["verdict"] == Verdict.REPRODUCED.value
        assert row["unless"] == (question.if_held if held else question.if_not)
        assert row["answer"].endswith(".")
        assert row["networks"].partition(" networks trained, d = 3, ")[0].isdecimal()
    several = rows.set_index("claim")["networks"]
    of_study = {study: len(trained(networks, study)) for study in ("training", "robust")}
    for study, count in of_study.items():
        assert several[f"question-{study}"].startswith(f"{count} networks")
    every = len(trained(networks))
    assert several["question-explanations"].startswith(f"{every} networks")
    assert "1 to 3 hidden layers" in several["question-explanations"]
    empty = {room: made(room, nothing_learned()).rows for room in ROOMS}
    assert (
        FINDINGS.table(findings(nothing_learned(), **empty, level=0.95).rows)["estimate"]
        .isna()
        .all()
    )


def found(*rows):
    """Return rows of a table, of which only some columns matter."""
    usual = {"series": "", "at": np.nan, "low": np.nan, "high": np.nan, "n": 12}
    return pd.DataFrame([usual | row for row in rows])


def test_robust_training_is_said_to_raise_both_from_the_least_cell_to_the_most():
    grown = [
        {"quantity": "change_norm", "series": f"penalty {place}", "low": 0.01, "high": 0.5}
        | {"estimate": np.log(1 + share)}
        for place, share in enumerate((0.1, 0.4, 0.25))
    ]
    exchange = {"quantity": "exchange", "estimate": 0.9, "low": 0.6, "high": 1.0}
    single = {"quantity": "exchange_median", "estimate": 0.85}
    near = robust.seen(found(*grown, exchange, single))
    assert near == (
        "Robust training raises ‖e‖ by 10 to 40 % and |cos θ₁| by nearly as much"
        " (0.90 [0.60, 1.00] % for each % in a fit to all, 0.85 % on the median matrix)"
    )
    # One that is not shown to raise ‖e‖ is counted, and does not widen the range.
    doubtful = grown[0] | {"series": "weight decay", "estimate": np.log(1.02), "low": -0.01}
    counted = robust.seen(found(*grown, doubtful, exchange, single))
    assert "by 10 to 40 % (3 of 4 ways tried; of the other no rise is shown) and" in counted
    # Where one matrix makes the fit, its slope is not what most matrices have.
    alone = robust.seen(found(*grown, exchange, single | {"estimate": 0.5}))
    assert "|cos θ₁| too (0.90" in alone
    less = robust.seen(found(*grown, exchange | {"estimate": 0.3, "low": 0.2, "high": 0.5}, single))
    assert "|cos θ₁| too (0.30" in less
    unclear = robust.seen(found(*grown, exchange | {"low": -0.1}, single))
    assert "cannot be told" in unclear


def deviation(series, estimate, low, high):
    """Return the row of a mean deviation from φ."""
    return {"quantity": "deviation", "series": series, "estimate": estimate} | {
        "low": low,
        "high": high,
    }


def test_architectures_are_within_a_limit_of_phi_beyond_it_or_undecided():
    rows = found(
        deviation("linear", 0.02, 0.01, 0.03),
        deviation("ReLU", 0.04, 0.02, 0.07),
        deviation("GELU", 0.06, 0.04, 0.08),
        deviation("3 hidden layers", 0.4, 0.3, 0.5),
        deviation("5 hidden layers", 0.3, 0.2, 0.5),
        deviation("width 30", 0.1, 0.051, 0.2),
        deviation("width 100", 0.01, np.nan, np.nan),  # one network shows nothing
    )
    told = architecture.seen(rows)
    assert told.startswith(
        "|cos θ₁| is within 0.05 of φ for linear networks; off by more for 3 and 5 hidden layers,"
        " width 30 (most, 0.40, for 3 hidden layers); undecided for ReLU and GELU networks, width"
        " 100; "
    )
    none = architecture.seen(rows[rows["series"].isin(["ReLU", "GELU"])])
    assert "shown within 0.05 of φ for none; undecided for ReLU and GELU networks" in none
    assert "off by more" not in none
    all_near = architecture.seen(rows[rows["series"] == "linear"])
    assert all_near == "|cos θ₁| is within 0.05 of φ at every depth, width and activation tried"


def test_kinds_of_data_are_named_by_what_is_shown_of_them():
    rows = found(
        deviation("linear, ±1 entries", 0.02, 0.01, 0.05),
        deviation("linear, Laplace entries", 0.02, 0.01, 0.03),
        deviation("linear, Gaussian entries", 0.03, 0.01, 0.07),
        deviation("linear, sparse entries", 0.1, 0.06, 0.2),
        deviation("ReLU, corners", 0.06, 0.01, 0.2),
    )
    assert data.seen(rows) == (
        "In linear networks |cos θ₁| is within 0.05 of φ for ±1 and Laplace entries; off by more"
        " for sparse entries (0.10); undecided for Gaussian entries. In ReLU networks |cos θ₁| is"
        " shown within 0.05 of φ for none; undecided for corners"
    )


def course(name, at, values, **changes):
    """Return the rows of |cos θ1| at steps, and of its changes with their intervals' ends."""
    rows = [
        {"quantity": "cos_theta", "series": name, "at": step, "estimate": value}
        | {"low": value - 0.01, "high": value + 0.01}
        for step, value in zip(at, values, strict=True)
    ]
    peak = at[int(np.argmax(values[:-1]))]
    rows.append({"quantity": "peak", "series": name, "estimate": float(peak)})
    first, top, last = values[0], max(values[:-1]), values[-1]
    known = {"rise": top - first, "fall": top - last, "change": last - first}
    for change, value in known.items():
        low, high = changes.get(change, (value - 0.01, value + 0.01))
        rows.append(
            {"quantity": change, "series": name, "estimate": value} | {"low": low, "high": high}
        )
    return rows


def test_the_course_of_compression_is_told_with_its_step_and_sign():
    at = (0.0, 30.0, 99.0)
    both = [
        *course("linear", (0.0, 10.0, 99.0), (0.3, 0.6, 0.4), change=(-0.1, 0.3)),
        *course("relu", at, (0.2, 0.5, 0.4)),
    ]
    assert training.seen(found(*both)) == (
        "Compression is there before training, in random weights, and training first lessens it: in"
        " ReLU networks |cos θ₁|"
        " is 0.200 [0.190, 0.210] before training, 0.500 [0.490, 0.510] after 30 steps and 0.400"
        " [0.390, 0.410] at the end (a part of what is lost comes back); in linear networks 0.300"
        " [0.290, 0.310] before training, 0.600 [0.590, 0.610] after 10 steps and 0.400 [0.390,"
        " 0.410] at the end (whether all of what is lost comes back cannot be told)"
    )
    more = training.seen(found(*course("relu", at, (0.2, 0.5, 0.1))))
    assert "(more than what is lost comes back)" in more
    rising = training.seen(found(*course("relu", at, (0.2, 0.5, 0.49), fall=(-0.1, 0.1))))
    assert rising.startswith("Compression is there before training")
    assert rising.endswith("(that any of what is lost comes back is not shown)")
    # Where |cos θ1| only falls, training is what compresses.
    falling = training.seen(found(*course("relu", at, (0.6, 0.5, 0.2), rise=(0.0, 0.0))))
    assert falling == (
        "In ReLU networks |cos θ₁| is 0.600 [0.590, 0.610] before training and 0.200 [0.190,"
        " 0.210] at the end (a rise is not shown, a fall is)"
    )
    # Compression before training is not spoken of where nothing was measured then.
    late = training.seen(found(*course("relu", (3.0, 30.0, 99.0), (0.2, 0.5, 0.4))))
    assert late.startswith("In ReLU networks |cos θ₁| is 0.200 [0.190, 0.210] after 3 steps")


SHARES = {"compression": 0.95, "gap over gradient": 0.9, "gradient length": 0.5}


@pytest.mark.parametrize(
    ("near", "words"),
    [
        ((0.01, 0.09), "Of single explanations compression predicts best on networks held out"),
        ((-0.01, 0.11), "Compression and g/‖∇g‖ predict best on networks held out and cannot"),
        ((-0.2, -0.1), "g/‖∇g‖ predicts better than compression on networks held out"),
        ((np.nan, np.nan), "Compression and g/‖∇g‖ predict best"),
    ],
)
def test_an_explanation_is_said_to_predict_best_only_if_its_difference_shows_it(near, words):
    rows = [
        {"quantity": "held_out", "series": name, "estimate": share}
        for name, share in (SHARES | {"compression and place": 0.99}).items()
    ]
    for name, (low, high) in {"gap over gradient": near, "gradient length": (0.3, 0.6)}.items():
        middle = {"estimate": SHARES["compression"] - SHARES[name], "low": low, "high": high}
        rows.append({"quantity": "ahead", "series": name} | middle)
    told = explanations.seen(found(*rows))
    assert told.startswith(words)
    assert all(number in told for number in ("0.950", "0.900", "(difference 0.05"))
    assert "‖∇g‖ 0.5" not in told


def test_explanations_are_compared_with_compression():
    networks, _ = all_studies()
    table = made("explanations", networks)
    shares = table.rows[table.rows["quantity"] == "held_out"].set_index("series")["estimate"]
    ahead = table.rows[table.rows["quantity"] == "ahead"].set_index("series")
    assert {*ahead.index} == {*shares.index} - {"compression"}
    for name, row in ahead.iterrows():
        assert row["estimate"] == pytest.approx(shares["compression"] - shares[name])
    own = table.shown.set_index("series")["ahead"]
    assert own["g/‖∇g‖"] == ahead.loc["gap over gradient", "estimate"]
    assert np.isnan(own["|cos θ_1|‖a‖"])
    axes = {one.get_xlabel(): one for one in drawn("explanations", networks, table.rows).axes}
    held, beside = (
        next(one for words, one in axes.items() if part in words)
        for part in ("held out", "predicts more")
    )
    assert {*held.get_yticks()} == {*beside.get_yticks()}
    assert held.get_ylim() == beside.get_ylim()


def test_the_deepest_networks_share_is_said_of_one_step():
    rows = [
        {"quantity": "proved", "series": name, "at": at, "estimate": value}
        for name, at, value in (
            *(("norm", np.nan, 0.99), ("fast_gradient", np.nan, 0.98)),
            *(("fast_gradient", 0.0, 1.0), ("fast_gradient", 5.0, 0.9)),
        )
    ]
    assert certified.seen(found(*rows)).endswith("finds (90.0 % with 5 hidden layers)")
    assert certified.seen(found(*rows[:2])).endswith("finds")


@pytest.mark.parametrize(("projected", "lines"), [(0.9, 1), (0.8, 2)])
def test_projections_are_drawn_once_where_they_are_the_least_found(projected, lines):
    networks, _ = all_studies()
    shares = [
        {"quantity": "proved", "series": name, "at": at, "estimate": value}
        for name, value in (("norm", 0.9), ("projection", projected))
        for at in (np.nan, 1.0)
    ]
    axes = drawn("certified", networks, found(*shares)).axes[-1]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert len(names) == lines
    assert ("by projections" in names[0]) == (lines == 1)


def test_studies_stand_between_the_networks_of_each():
    networks, _ = all_studies()
    axes = drawn("architecture", networks, made("architecture", networks).rows).axes[0]
    heads = [text for text in axes.get_yticklabels() if text.get_fontweight() == "bold"]
    places = {text.get_text(): text.get_position()[1] for text in axes.get_yticklabels()}
    assert [text.get_text() for text in heads] == ["activation", "depth", "width"]
    for text in heads:
        below = [name for name, place in places.items() if place == text.get_position()[1] - 1]
        assert len(below) == 1
    assert len(set(places.values())) == len(places)


def test_networks_that_have_not_learned_are_counted_and_not_averaged():
    networks, _ = all_studies()
    own = networks.copy()
    spoilt = own["study"].eq("entries") & own["run"].eq(0)
    own.loc[spoilt, ["learned", "cos_theta", "phi"]] = [False, 0.9, 0.01]
    rows = made("data", own).rows
    last = trained(own, "entries")
    last = last[last["entries"].eq("sign")]
    cell = last[last["activation"].eq("relu")]
    both = last.groupby("run")["learned"].all()  # by linear and ReLU networks of one matrix
    kept = cell[cell["run"].isin(both[both].index)]
    row = {
        one["quantity"]: one
        for one in rows[rows["series"] == "ReLU, ±1 entries"].to_dict("records")
    }
    assert row["networks"]["estimate"] == 3
    assert row["learned"]["estimate"] == pytest.approx(cell["learned"].mean())
    assert 0 < row["common"]["estimate"] == len(kept) < 3
    assert row["deviation"]["n"] == len(kept)
    expected = np.abs(kept["cos_theta"] - kept["phi"]).mean()
    assert row["deviation"]["estimate"] == pytest.approx(expected)


def test_a_training_that_changes_nothing_exchanges_nothing():
    networks, _ = all_studies()
    own = networks[networks["study"] == "robust"]
    plain = own[own["method"] == "plain"]
    # Twice the plain networks, once as if their ‖e‖ and |cos θ1| had doubled.
    double = plain.assign(
        method="penalty", strength=0.1, norm=2 * plain["norm"], cos_theta=plain["cos_theta"] * 2
    )
    same = plain.assign(method="adversarial", strength=0.1)
    changed = changes(pd.concat([plain, double, same]).assign(learned=True))
    by_cell = changed.groupby("cell")["change_norm"].mean()
    assert by_cell["adversarial 0.1"] == 0
    assert by_cell["penalty 0.1"] == pytest.approx(np.log(2))
    assert slope(changed, "change_cosine", "change_norm", **OPTIONS).value == pytest.approx(1)


def test_a_study_of_ones_own_is_in_the_table_and_figure_of_all_studies():
    networks, _ = all_studies()
    table = ablations_studies(networks, **OPTIONS)
    assert "mine" in set(table.rows["study"])
    assert "mine" in set(table.shown["study"])
    with style():
        picture = draw_studies(table.rows)
        picture.draw_without_rendering()
    # The same quantity has the same scale in every study.
    for column in range(4):
        scales = {axes.get_xlim() for axes in picture.axes[column::4]}
        assert len(scales) == 1
        highs = table.rows.loc[table.rows["quantity"] == QUANTITIES[column], "high"]
        assert highs.max() <= max(scales)[1]
    titles = [axes.get_title(loc="left") for axes in picture.axes]
    assert "mine" in titles
    assert "training that makes robust" in titles


def test_cells_are_named_by_what_differs():
    networks, _ = all_studies()
    own = networks[networks["study"] == "robust"]
    assert set(name_cells(own)) == {"plain", "adversarial 0.1", "adversarial 0.3"}
    mine = networks[networks["study"] == "mine"]
    assert set(name_cells(mine)) == {"GELU"}
    assert set(name_cells(mine, ("points", "d"))) == {"corners, d = 3"}


def made_up_cells(**columns):
    """Return networks of one study: for each activation three, on the matrices of three runs."""
    rows = pd.DataFrame({"activation": np.repeat(["linear", "relu"], 3), "run": [0, 1, 2] * 2})
    own = {"study": "mine", "d": 4, "entries": "gaussian", "points": "corners", "depth": 1}
    own |= {"hidden": 8, "optimiser": "adam", "method": "plain", "strength": 0.0, "seed": 5}
    own |= {"step": 9, "steps": 9, "learned": True, "accuracy": 1.0, "norm": 1.0, "rho": 0.5}
    own |= {"half_distance": 1.0, "ratio": 1.0}
    return rows.assign(**own, **dict.fromkeys(FACTORS, 1.0), **columns)


def averages(networks):
    """Return the rows of each cell by what differs, the activation."""
    found = {}
    for name, cell in trained(networks).groupby("activation"):
        estimates = Estimates(**OPTIONS)
        add_cell(estimates, str(name), cell)
        found[name] = {row["quantity"]: row["estimate"] for row in estimates.rows}
    return found


def test_cells_are_compared_over_the_same_matrices():
    # On each matrix both networks are alike, and φ is small where ReLU has not learned.
    phi = [0.1, 0.5, 0.6]
    alike = made_up_cells(phi=phi * 2, cos_theta=[0.9, 0.5, 0.6] * 2)
    spoilt = alike["activation"].eq("relu") & alike["run"].eq(0)
    cells_found = averages(alike.assign(learned=~spoilt))
    for name in ("deviation", "phi", "cos_theta"):
        assert cells_found["linear"][name] == pytest.approx(cells_found["relu"][name]), name
    assert cells_found["linear"]["deviation"] == pytest.approx(0)
    assert (cells_found["linear"]["learned"], cells_found["linear"]["common"]) == (1, 2)
    # A cell that learns nothing at all leaves the others to be compared.
    none = averages(alike.assign(learned=alike["activation"].eq("linear")))
    assert none["linear"]["deviation"] == pytest.approx(0.8 / 3)


def deviations(cells_found):
    """Return rows of a table: of each series the mean deviation and where its interval ends."""
    rows = [
        {"series": name, "quantity": "deviation", "estimate": value, "high": high}
        for name, (value, high) in cells_found.items()
    ]
    return pd.DataFrame(rows).assign(at=np.nan, low=0.0, n=12, expected=np.nan)


@pytest.mark.parametrize("room", ["data", "architecture"])
def test_what_is_claimed_of_all_cells_is_asked_of_all(room):
    sure = {"linear, a": (0.04, 0.045), "linear, b": (0.03, 0.049), "ReLU, a": (0.01, 0.02)}
    doubtful = sure | {"linear, b": (0.03, 0.2)}  # not the largest, but not known to be small

    def verdict(rows):
        return claim_of(room).rule.judge(claim_of(room).test(rows)).verdict

    assert verdict(deviations(sure)) is Verdict.REPRODUCED
    assert verdict(deviations(doubtful)) is Verdict.DEVIATION
    seen = QUESTIONS[ROOMS.index(room)].seen
    assert seen(deviations(sure)) != seen(deviations(doubtful))


def test_one_run_that_weighs_most_is_told_beside_the_slope_of_all():
    changed = pd.DataFrame({"run": [0, 1, 1, 2, 2], "x": [3.0, 0.5, -0.5, 0.4, 0.2]})
    changed = changed.assign(y=changed["x"] * [1.0, 0.2, 0.2, 0.5, 0.5])
    runs = slopes_of_runs(changed, "y", "x").set_index("run")
    np.testing.assert_allclose(runs["slope"], [1.0, 0.2, 0.5])
    squares = changed["x"].pow(2).groupby(changed["run"]).sum()
    np.testing.assert_allclose(runs["weight"], squares / squares.sum())
    for run, rest in runs["rest"].items():
        others = changed[changed["run"] != run]
        fit = np.linalg.lstsq(others[["x"]].to_numpy(), others["y"].to_numpy())[0]
        assert rest == pytest.approx(fit[0])
    rows = claim_tables()["ablations_robust"]
    note = claim_of("robust").test(rows).note
    assert "slopes: 0.6" in note
    assert "70" in note
    assert "0.8" in note
    assert "0.6" in QUESTIONS[ROOMS.index("robust")].seen(rows).replace("0.60", "0.6")


def test_networks_are_compared_with_the_plain_one_of_their_kind():
    plain = made_up_cells(phi=0.5, cos_theta=0.5, gap_gradient=1.0)
    plain = plain.assign(study="robust", norm=[1.0, 1.0, 1.0, 5.0, 5.0, 5.0])
    double = plain.assign(method="penalty", strength=0.1, norm=2 * plain["norm"])
    changed = changes(pd.concat([plain, double], ignore_index=True))
    assert len(changed) == len(double)
    np.testing.assert_allclose(changed["change_norm"], np.log(2))
    assert {*CHANGES} <= {*changed}


def test_what_is_proved_of_linear_networks_does_not_count():
    networks = made_up_cells(phi=0.5, cos_theta=0.5)
    shares = [1.0, 1.0, 1.0, 0.5, 0.6, 0.7]
    proved = {f"proved_{name}": shares for name in ("norm", *ATTACKS)}
    rows = made("certified", networks.assign(**proved)).rows
    over_all = rows[rows["at"].isna() & rows["series"].eq("norm")].iloc[0]
    assert (over_all["estimate"], over_all["n"]) == (pytest.approx(0.6), 3)
    # Copies of a matrix's networks add nothing: intervals are over matrices.
    copies = pd.concat([networks.assign(**proved, hidden=8 + k) for k in range(20)])
    again = made("certified", copies).rows
    again = again[again["at"].isna() & again["series"].eq("norm")].iloc[0]
    assert again["high"] - again["low"] == pytest.approx(over_all["high"] - over_all["low"])
    assert over_all["high"] - over_all["low"] > 0.1


def test_the_film_tells_signs_and_the_change_from_first_to_last():
    networks, _ = all_studies()
    negative = np.where(networks["step"] == 0, 3, 0)
    cosine = networks["step"].map({0: 0.25, 5: 0.75}).fillna(0.5)
    own = networks.assign(learned=True, probed=8, negative=negative, cos_theta=cosine)
    table = made("training", own)
    told = "of points, 9 of 24 have a negative one at step 0, 0 of 24 at step 60"
    assert told in " ".join(table.layout.notes)
    values = table.rows.set_index("quantity")["estimate"]
    assert (values["peak"], values["fall"], values["change"]) == (5, 0.25, 0.25)
    seen = QUESTIONS[ROOMS.index("training")].seen(table.rows)
    assert values["rise"] == 0.5
    assert all(words in seen for words in ("before training", "after 5 steps", "at the end"))


@pytest.mark.parametrize("room", ["data", "architecture"])
def test_captions_say_that_training_ends_after_a_fixed_number_of_steps(room):
    (table,) = find_entries(f"{ROOM}.{room}", "table").values()
    assert "for a fixed number of steps" in table.options["caption"]


def test_depths_at_which_the_proved_share_is_not_shown_are_told():
    rows = claim_tables()["ablations_certified"].copy()
    least = rows["series"] == "norm"
    rows.loc[least, ["estimate", "low", "high"]] = [0.997, 0.995, 0.999]
    assert "reach below" not in claim_of("certified").test(rows).note
    deeper = rows[least & rows["at"].eq(1)].assign(at=5.0, estimate=0.9851, low=0.97)
    note = claim_of("certified").test(pd.concat([rows, deeper])).note
    assert "1 hidden layer 0.9970 [0.9950, 0.9990]" in note
    assert "5 hidden layers 0.985 [0.970, 0.999]" in note
    assert note.endswith("Intervals that reach below 0.99, by hidden layers: 5.")


def test_a_slope_whose_interval_leaves_out_one_is_told():
    rows = claim_tables()["ablations_robust"].copy()
    slope = (rows["quantity"] == "exchange") & (rows["series"] == "") & rows["at"].isna()
    rows.loc[slope, ["low", "high"]] = [0.5, 0.95]
    assert claim_of("robust").test(rows).note.startswith("The interval excludes 1. ")
    rows.loc[slope, "high"] = 1.05
    assert "excludes" not in claim_of("robust").test(rows).note
