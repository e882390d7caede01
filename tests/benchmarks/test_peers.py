"""What the benchmark of peers counts, measures and compares."""

import copy

import numpy as np
import pandas as pd
import pytest
import torch
from benchmarks.peers import attacks
from benchmarks.peers.attacks import ATTACKS, Attack
from benchmarks.peers.goals import goals
from benchmarks.peers.measurement import Measured, counted, lengths, measure, measured
from benchmarks.peers.table import markdown, mean_interval, ratios, rows
from benchmarks.peers.training import Case
from torch import nn


@pytest.fixture
def model(dense):
    return dense(2, nn.Tanh, width=8, dtype=torch.float32).requires_grad_(False)


@pytest.fixture
def case(model):
    x = torch.rand(5, 6, generator=torch.Generator().manual_seed(0))
    return Case(model, x, model(x).argmax(dim=1), "key")


def test_forward_passes_and_gradients_are_counted_by_point(model):
    x = torch.rand(7, 6)
    with counted(model) as counts:
        model(x)
        point = x[:3].clone().requires_grad_()
        logits = model(point)
        for k in range(2):
            torch.autograd.grad(logits[:, k].sum(), point, retain_graph=True)
    model(x)  # no longer counted
    assert (counts.forwards, counts.gradients) == (10, 6)


def test_a_copy_of_the_model_counts_with_it(model):
    with counted(model) as counts:
        point = torch.rand(4, 6, dtype=torch.float64, requires_grad=True)
        copy.deepcopy(model).double()(point).sum().backward()
    assert (counts.forwards, counts.gradients) == (4, 4)


def test_the_search_reports_what_is_counted(case):
    found = {}

    def search(model, x, y):
        from fcflow.minimal.perturbation import minimal_perturbation

        found["least"] = minimal_perturbation(model, x, y, bounds=(0, 1))
        return x + found["least"].delta

    cost = measure(Attack(search, lambda: "now"), case)
    # The last flips are confirmed by evaluations that nobody searches with.
    assert cost.gradients == pytest.approx(float(found["least"].n_backward.double().mean()))


@pytest.mark.parametrize("steps", [3, 10])
def test_ddn_takes_a_gradient_a_step(case, steps):
    ddn = attacks.foolbox.attacks.DDNAttack

    def run(model, x, y):
        return attacks._foolbox(model, x, y, make=lambda: ddn(steps=steps))

    cost = measure(Attack(run, lambda: "now"), case)
    assert cost.gradients == steps
    assert cost.forwards >= steps


def test_lengths_are_of_flips_inside_the_box_alone():
    model = nn.Linear(2, 2, bias=False)
    model.weight.data.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    x = torch.tensor([[0.75, 0.25]]).repeat(3, 1)
    perturbed = torch.tensor([[0.25, 0.75], [0.75, 0.5], [0.75, 1.5]])
    length = lengths(model, x, torch.zeros(3, dtype=torch.long), perturbed)
    np.testing.assert_allclose(length, [np.sqrt(0.5), np.inf, np.inf])


def test_results_are_kept_by_version_and_measured_anew_when_told(case, tmp_path):
    runs, version = [], ["1"]

    def run(model, x, y):
        runs.append(1)
        return x

    attack = Attack(run, lambda: version[0])
    first = measured("none", attack, case, tmp_path)
    second = measured("none", attack, case, tmp_path)
    assert len(runs) == 1
    assert np.isinf(second.length).all()
    assert second[1:] == first[1:]
    measured("none", attack, case, tmp_path, again=True)
    version[0] = "2"
    measured("none", attack, case, tmp_path)
    assert len(runs) == 3


def test_ratios_are_to_the_best_of_all_on_each_point():
    found = {"a": np.array([1.0, 4.0, np.inf]), "b": np.array([2.0, 2.0, np.inf])}
    relative = ratios(found)
    np.testing.assert_array_equal(relative["a"], [1, 2])
    np.testing.assert_array_equal(relative["b"], [2, 1])


def test_the_interval_of_a_mean_is_that_of_its_standard_error():
    values = np.random.default_rng(1).normal(3, 2, 400)
    low, high = mean_interval(values)
    error = 1.96 * values.std() / np.sqrt(400)
    assert low == pytest.approx(values.mean() - error, rel=0.02)
    assert high == pytest.approx(values.mean() + error, rel=0.02)


def _found(*length, ms=1.0):
    return Measured(np.array(length), 1.0, 2.0, ms, ms)


def test_failures_are_counted_and_make_the_mean_infinite():
    table = rows("n", {"a": _found(1.0, np.inf), "b": _found(1.0, 3.0)}).set_index("attack")
    assert table.failed.to_dict() == {"a": 1, "b": 0}
    assert np.isinf(table.ratio["a"])
    assert table.near_share.to_dict() == {"a": 0.5, "b": 1.0}
    assert table.worst["b"] == 1.0


def test_more_effort_that_is_worse_on_a_point_is_counted():
    found = {
        attacks.QUICK: _found(1.0, 2.0, 3.0),
        attacks.DEFAULT: _found(1.0, 2.5, 2.0),
        attacks.THOROUGH: _found(0.5, 2.5, 2.5),
    }
    table = rows("n", found).set_index("attack")
    assert table.worse_than_less.to_dict() == {
        attacks.QUICK: 0,
        attacks.DEFAULT: 1,
        attacks.THOROUGH: 2,
    }


def test_goals_compare_presets_with_peers():
    found = {
        attacks.QUICK: _found(1.1, 1.0, ms=1.0),
        attacks.DEFAULT: _found(1.0, 1.0, ms=5.0),
        "DDN-1000": _found(1.0, 1.2, ms=9.0),
        "DDN-100": _found(1.0, 1.3, ms=3.0),
        "SuperDeepFool": _found(1.0, 1.0, ms=1.0),
    }
    reached = goals(rows("n", found)).iloc[0].to_dict()
    assert reached == {
        "network": "n",
        "default: no longer than the best peer of 1,000 steps": "yes",
        "default: 95 % within 1.001": "yes",
        "default: worst 1.02": "yes",
        "default: in less time than DDN-1000": "yes",
        "default: in less time than DDN-100": "no",
        "quick: shorter than SuperDeepFool": "no",
        "quick: in SuperDeepFool's time": "yes",
        "thorough: 99 % within 1.001": "-",
        "more effort is never worse": "yes",
    }


def test_the_markdown_has_a_line_an_attack():
    table = rows("n", {"a": _found(1.0, 2.0), "b": _found(1.0, 3.0)})
    lines = markdown(table).splitlines()
    assert len(lines) == 4
    assert lines[2].startswith("| n, 2 points | a | 0 | 1.0000 (1.0000 to 1.0000) | 100% |")
    assert isinstance(table, pd.DataFrame)


def test_attacks_of_missing_packages_are_skipped_and_named(monkeypatch, capsys):
    missing = attacks._peer(lambda model, x, y: x, "no-such-package")
    monkeypatch.setitem(ATTACKS, "missing", missing)
    assert "missing" not in attacks.installed()
    assert "missing: no-such-package is not installed: skipped" in capsys.readouterr().out
