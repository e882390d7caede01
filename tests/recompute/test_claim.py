"""Rows that were computed are found again, and rows that were changed are not."""

import pytest
from typer.testing import CliRunner

from fcflow.cli import app
from fcflow.errors import ArtifactError, InputError
from fcflow.paper.claims.ledger import claims
from fcflow.recompute.claim import known_routes, recompute_claim, rows_behind
from fcflow.recompute.route import Comparison, Request

BY_ID = {claim.id: claim for claim in claims()}


@pytest.mark.parametrize(
    ("name", "column", "quantity"),
    [
        ("table2-cos", "cos_theta1", "cos θ1"),
        ("table2-phi", "phi", "φ"),
        ("fresh-relu-paired", "abs_cos_theta", "|cos θ1|"),
        ("fresh-relu-paired", "margin_cosine", "|cos θ1| of the widest margin"),
        ("theorem1-norm", "norm", "‖e‖"),
        ("theorem1-distances", "nearest_distance", "least distance"),
    ],
)
def test_a_number_that_was_changed_is_told_from_one_that_was_computed(
    name, column, quantity, results
):
    computed = recompute_claim(name, results=results(), runs=2)
    assert len({one.row for one in computed.comparisons}) == 2
    assert [one for one in computed.comparisons if not one.agrees] == []
    assert not computed.missing
    changed = recompute_claim(name, results=results(**{column: 0.998}), runs=2)
    refuted = {one.quantity for one in changed.comparisons if not one.agrees}
    assert refuted == {quantity}


@pytest.mark.parametrize(
    ("column", "quantity", "factor"),
    [("minimal_norm", "‖e‖", 0.98), ("optimal_norm", "best possible", 0.998)],
)
def test_changed_points_of_networks_on_fresh_points_are_told(column, quantity, factor, results):
    route = known_routes()["dimension/points.parquet"]
    computed = route(Request(results(), "fresh points", 2))
    assert len(computed) == 8
    assert [one for one in computed if not one.agrees] == []
    changed = route(Request(results(**{column: factor}), "fresh points", 2))
    assert {one.quantity for one in changed if not one.agrees} == {quantity}


@pytest.mark.parametrize(
    ("table", "column", "quantity", "factor"),
    [
        ("lemma3", "statistic", "distance of the laws", 0.5),
        ("lemma3", "adjusted_p_value", "p, adjusted", 0.998),
        ("first_order", "residual", "residual", 0.998),
        ("first_order", "size_ratio", "‖P (x2 − x1)‖/‖x2 − x1‖", 0.998),
        ("linear_paths", "gap_x1", "g(x1)", 0.998),
        ("linear_paths", "integral", "∫ ‖∇g‖ cos θ", 0.998),
    ],
)
def test_every_route_of_the_theory_tells_changed_rows(table, column, quantity, factor, results):
    route = known_routes()[f"theory/{table}.parquet"]
    computed = list(route(Request(results(), "table2", 3)))
    assert computed
    assert [one for one in computed if not one.agrees] == []
    changed = route(Request(results(**{column: factor}), "table2", 3))
    assert {one.quantity for one in changed if not one.agrees} == {quantity}


def test_the_command_prints_both_numbers_and_fails_where_they_differ(results):
    options = ["theorem1-norm", "--runs", "1", "--results"]
    done = CliRunner().invoke(app, ["recompute", *options, str(results())])
    assert done.exit_code == 0, done.output
    assert "4 of 4 numbers agree." in done.output
    done = CliRunner().invoke(app, ["recompute", *options, str(results(norm=1.01))])
    assert done.exit_code == 1
    assert "3 of 4 numbers agree." in done.output
    assert "✗ ‖e‖" in done.output


def test_what_cannot_be_recomputed_is_told_in_a_line(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"no claim 'table9'; `fcflow claims` lists them"):
        recompute_claim("table9", results=tmp_path, runs=1)
    with pytest.raises(InputError, match="runs must be ≥ 1, got 0"):
        recompute_claim("table2-cos", results=tmp_path, runs=0)
    with pytest.raises(ArtifactError, match=r"theorem1\.parquet: is missing"):
        recompute_claim("theorem1-norm", results=tmp_path, runs=1)
    monkeypatch.delitem(known_routes(), "theory/lemma3.parquet")
    nothing = recompute_claim("lemma3", results=tmp_path, runs=1)
    assert (nothing.comparisons, nothing.missing) == ([], ["theory/lemma3.parquet"])
    done = CliRunner().invoke(app, ["recompute", "lemma3", "--results", str(tmp_path)])
    assert "No independent route yet for the rows of theory/lemma3.parquet." in done.output


def test_every_row_behind_a_claim_has_a_route():
    rows = {table for claim in claims() for table in rows_behind(claim)}
    assert rows - set(known_routes()) == set()


def test_missing_numbers_agree_with_missing_numbers_alone():
    nothing = float("nan")
    assert Comparison("run 0", "‖e‖", nothing, nothing, 0.1).agrees
    assert not Comparison("run 0", "‖e‖", 0.5, nothing, 0.1).agrees
