import numpy as np
import pandas as pd
import pytest

from fcflow.experiments.images.factors.pairs import FACTORS, PAIR_FACTORS
from fcflow.experiments.images.factors.shares import shares

TEXTS = ("experiment", "name1", "name2", "class1", "class2")


def pairs(logs):
    """Return pairs whose factors have these logarithms, [n, 4]."""
    rows = pd.DataFrame(logs, columns=[f"log_{factor}" for factor in FACTORS])
    own = {factor: np.exp(rows[f"log_{factor}"]) for factor in FACTORS}
    ratio, number = np.exp(rows.sum(axis=1)), np.arange(len(rows))
    lengths = {"norm": ratio, "ratio": ratio, "product": ratio, "log_ratio": np.log(ratio)}
    places = {"network": 0, "pair": number, "place": 0, "image1": number, "half_distance": 1.0}
    return PAIR_FACTORS.table(rows.assign(**own, **lengths, **places, **dict.fromkeys(TEXTS, "a")))


def share(rows, quantity):
    own = shares(rows, resamples=100, level=0.9)
    return own[own["quantity"] == quantity].set_index("factor")


def test_independent_factors_have_the_shares_of_their_variances():
    spread = np.array([1.0, 0.1, 2.0, 0.5])
    logs = np.random.default_rng(0).normal(size=(4000, 4)) * spread
    for quantity in ("lmg", "covariance"):
        found = share(pairs(logs), quantity)
        parts = spread**2 / (spread**2).sum()
        assert found["estimate"].to_numpy() == pytest.approx(parts, abs=0.03)
        assert found["estimate"].sum() == pytest.approx(1.0)
        assert (found["low"] <= found["estimate"]).all()
        assert (found["estimate"] <= found["high"]).all()


def test_a_factor_that_works_against_another_has_a_negative_covariance_and_no_negative_share():
    rng = np.random.default_rng(1)
    first = rng.normal(size=200)
    logs = np.column_stack([2 * first, 0.01 * rng.normal(size=200), -first, np.zeros(200)])
    covariance = share(pairs(logs), "covariance")["estimate"]
    assert covariance.to_numpy() == pytest.approx([2, 0, -1, 0], abs=0.02)
    assert (share(pairs(logs), "lmg")["estimate"] >= -1e-9).all()


def test_mean_logarithms_add_up_to_that_of_the_ratio():
    logs = np.random.default_rng(2).normal(size=(30, 4))
    means = share(pairs(logs), "mean_log")["estimate"]
    assert means[[*FACTORS]].sum() == pytest.approx(means["ratio"])


def test_too_few_inputs_have_no_shares():
    found = share(pairs(np.random.default_rng(3).normal(size=(5, 4))), "lmg")
    assert found[["estimate", "low", "high"]].isna().all(axis=None)


def test_without_pairs_nothing_is_estimated():
    assert share(pairs(np.zeros((0, 4))), "lmg")["estimate"].isna().all()
