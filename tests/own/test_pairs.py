"""Pairs measured in one call, beside the measures called one by one."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

import fcflow
from fcflow.errors import InputError, InputWarning

PRODUCT = ["weighted_cosine", "evenness", "boundary_place", "curvature"]


@pytest.fixture(scope="module")
def case():
    """Return a small network and pairs of points that it gives different classes."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 4)).eval().double()
    points = torch.randn(200, 8, dtype=torch.float64)
    answer = model(points).argmax(dim=1)
    x1 = points[:100]
    x2, other = points[100:], answer[100:]
    differ = answer[:100] != other
    return model, x1[differ][:12], x2[differ][:12]


def test_the_columns_are_what_the_measures_say_one_by_one(case):
    model, x1, x2 = case
    source, target = model(x1).argmax(dim=1), model(x2).argmax(dim=1)
    table = fcflow.measure_pairs(model, x1, x2)
    path = fcflow.path_compression(model, x1, x2, source, target)
    least = fcflow.minimal_perturbation(model, x1, source, target, criterion="pair")
    why = fcflow.factors(path, x1, x2, least.norm)
    expected = {
        "source": source,
        "target": target,
        "cos_theta": path.cos[:, 0],
        "mean_cos": path.mean_cos,
        "integral": path.integral,
        "half_distance": (x1 - x2).norm(dim=1) / 2,
        "norm": least.norm,
        "ratio": why.ratio,
        **{name: getattr(why, name) for name in PRODUCT},
    }
    assert table["pair"].tolist() == [*range(12)]
    assert table["attack"].unique().tolist() == ["minimal"]
    for name, values in expected.items():
        np.testing.assert_allclose(table[name], values.detach(), rtol=1e-9, err_msg=name)
    compression = fcflow.feature_compression(model, x1, x1 - x2, source, target)
    np.testing.assert_allclose(table["cos_theta"], compression, rtol=1e-9)


def test_the_product_of_the_four_factors_is_the_ratio_for_every_attack(case):
    table = fcflow.measure_pairs(*case, attacks=["minimal", "fast_l2", "foolbox:L2DeepFoolAttack"])
    found = table[table["success"]]
    assert len(table) == 36
    assert len(found) > 24
    np.testing.assert_allclose(found[PRODUCT].prod(axis=1), found["ratio"], rtol=1e-9)
    np.testing.assert_allclose(found["norm"], found["ratio"] * found["half_distance"])


def test_rows_are_those_of_a_pair_together_in_the_order_of_the_attacks(case):
    table = fcflow.measure_pairs(*case, attacks=["fast_l2", "descent"], measures=())
    assert table["attack"].tolist() == ["fast_l2", "descent"] * 12
    assert "cos_theta" not in table


def test_what_is_attacked_is_x1_with_what_the_attack_is_asked_for(case):
    model, x1, x2 = case
    source = model(x1).argmax(dim=1)
    ways = [{"attack": "ddn", "criterion": "argmax", "steps": 20}]
    low, high = float(x1.min()), float(x1.max())
    table = fcflow.measure_pairs(
        model, x1, x2, attacks=ways, measures=["compression"], bounds=(low, high)
    )
    assert table["n_backward"].tolist() == [21] * 12
    assert (table["predicted"] != source.numpy())[table["success"]].all()
    assert "curvature" not in table


def test_lengths_are_in_the_units_before_a_normalisation(case):
    model, x1, x2 = case
    plain = fcflow.measure_pairs(model, x1, x2)
    scaled = fcflow.measure_pairs(model, 2 * x1 + 1, 2 * x2 + 1, mean=1.0, std=2.0)
    np.testing.assert_allclose(scaled["norm"], 2 * plain["norm"], rtol=1e-6)
    np.testing.assert_allclose(scaled["ratio"], plain["ratio"], rtol=1e-6)


def test_an_attack_that_fails_is_a_row_that_says_so(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "def half(model, x, source, target, bounds):\n    raise ValueError('not today')\n"
    )
    with pytest.warns(InputWarning, match="not today"):
        table = fcflow.measure_pairs(*case, attacks=["mine.py:half", "minimal"])
    failed = table[table["attack"] == "mine.py:half"]
    assert failed["reason"].str.contains("ValueError: not today").all()
    assert failed[["norm", "ratio", "curvature"]].isna().all(axis=None)
    assert not failed["success"].any()
    others = table[table["attack"] == "minimal"]
    assert others["success"].all()
    assert others["reason"].eq("").all()


def test_no_pairs_are_a_table_without_rows(case):
    model, x1, x2 = case
    table = fcflow.measure_pairs(model, x1[:0], x2[:0], 0, 1)
    assert len(table) == 0
    assert {"pair", "attack", "norm", "reason", *PRODUCT} <= {*table.columns}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"source": 0, "target": 0}, "x1 and x2 must be of different classes: the classes in row"),
        ({"attacks": ["dnn"]}, "attack must be one of ddn"),
        ({"attacks": [3]}, "attacks must be names, or mappings with a key attack, got 3"),
        ({"attacks": [{"attack": "ddn", "stps": 3}]}, "attacks: stps is no parameter of ddn"),
        ({"attacks": ["foolbox:L2PGD"]}, "attacks: foolbox:L2PGD needs epsilon"),
        ({"attacks": [{"attack": "ddn", "criterion": "x"}]}, "criterion must be one of"),
        ({"attacks": []}, "attacks must name at least one"),
        ({"measures": ["factor"]}, "there is no measure 'factor'"),
        ({"bounds": (0.0, 0.1)}, "x must lie within bounds"),
        ({"target": 9, "source": 0}, "source and target must be classes from 0 to 3"),
    ],
)
def test_bad_input_is_one_line(case, options, told):
    with pytest.raises(InputError) as error:
        fcflow.measure_pairs(*case, **options)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_inputs_that_the_model_puts_into_one_class_are_named(case):
    model, x1, _ = case
    with pytest.raises(InputError, match="the model's answers in row 0 are"):
        fcflow.measure_pairs(model, x1, x1 + 1e-6)
    with pytest.raises(InputError, match="x1 and x2 must have one shape"):
        fcflow.measure_pairs(model, x1, x1[:3])


def test_a_pair_without_finite_logits_costs_no_other_its_result(case):
    model, x1, x2 = case
    broken = x1.clone()
    broken[3] = torch.nan
    source, target = model(x1).argmax(dim=1), model(x2).argmax(dim=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = fcflow.measure_pairs(model, broken, x2, source, target)
    whole = fcflow.measure_pairs(model, x1, x2, source, target)
    assert np.isnan(table.loc[3, "ratio"])
    assert table.loc[3, "reason"]
    kept = table.index != 3
    np.testing.assert_allclose(table["ratio"][kept], whole["ratio"][kept], rtol=1e-6)
