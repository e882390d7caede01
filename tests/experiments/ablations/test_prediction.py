"""What predicts ‖e‖ on networks held out: laws are found, noise is not."""

import numpy as np
import pandas as pd
import pytest
from tests.experiments.ablations.made_up import all_studies

from fcflow.experiments.ablations.explanations.prediction import (
    EXPLANATIONS,
    explained_networks,
    factor_shares,
    held_out,
    predicted_share,
    share_ahead,
)

OPTIONS = {"resamples": 200, "level": 0.95}


@pytest.fixture
def networks():
    draw = np.random.default_rng(0)
    rows = pd.DataFrame({"cell": np.repeat(list("abcdefgh"), 12), "matrix": np.tile(range(12), 8)})
    noise = draw.standard_normal((len(rows), 2))
    return rows.assign(x=draw.standard_normal(len(rows)), noise=noise[:, 0], log_norm=noise[:, 1])


def test_a_cell_is_predicted_by_least_squares_on_the_others(networks):
    x, y = networks[["x", "noise"]].to_numpy(), networks["log_norm"].to_numpy()
    cells, matrices = networks["cell"].to_numpy(), networks["matrix"].to_numpy()
    guesses = held_out(x, y, cells, matrices)
    out = (cells == "c") & (matrices == 7)
    fitted = (cells != "c") & (matrices != 7)
    design = np.column_stack([np.ones(len(x)), x])
    normal = design[fitted].T @ design[fitted]
    coefficients = np.linalg.solve(normal, design[fitted].T @ y[fitted])
    np.testing.assert_allclose(guesses[out], design[out] @ coefficients)


def test_networks_on_the_same_matrix_tell_nothing(networks):
    x, y = networks[["x"]].to_numpy(), networks["log_norm"].to_numpy()
    cells, matrices = networks["cell"].to_numpy(), networks["matrix"].to_numpy()
    out = (cells == "c") & (matrices == 7)
    changed = np.where((matrices == 7) | (cells == "c"), 100.0, y)
    before, after = (held_out(x, one, cells, matrices)[out] for one in (y, changed))
    np.testing.assert_array_equal(before, after)


def test_noise_predicts_nothing_whatever_it_is_shuffled_to(networks):
    draw = np.random.default_rng(1)
    shares = [
        predicted_share(
            networks.assign(log_norm=draw.permutation(networks["log_norm"])), ["x"], **OPTIONS
        ).value
        for _ in range(30)
    ]
    # In-sample one predictor explains 1/95 of noise on average; held out it loses as much.
    assert np.mean(shares) < 0.01
    assert max(shares) < 0.1


def test_a_law_is_predicted_with_an_interval_that_holds_its_share(networks):
    exact = networks.assign(log_norm=2 * networks["x"] + 1)
    assert predicted_share(exact, ["x"], **OPTIONS).value == pytest.approx(1)
    half = networks.assign(log_norm=networks["x"] + networks["noise"])
    share = predicted_share(half, ["x"], **OPTIONS)
    truth = np.corrcoef(half["x"], half["log_norm"])[0, 1] ** 2
    assert share.low < truth < share.high
    assert share.n == len(networks)


def test_a_difference_is_of_the_same_networks_in_every_resample(networks):
    half = networks.assign(log_norm=networks["x"] + networks["noise"])
    half = half.assign(near=half["x"] + 0.1 * np.sin(np.arange(len(half))))
    one, other = (predicted_share(half, [name], **OPTIONS) for name in ("x", "near"))
    ahead = share_ahead(half, ["x"], ["near"], **OPTIONS)
    assert ahead.value == pytest.approx(one.value - other.value)
    # Both miss the same noise, which their difference does not hold.
    assert ahead.high - ahead.low < 0.5 * min(one.high - one.low, other.high - other.low)
    same = share_ahead(half, ["x"], ["x"], **OPTIONS)
    assert (same.low, same.value, same.high) == (0, 0, 0)
    reverse = share_ahead(half, ["near"], ["x"], **OPTIONS)
    assert (reverse.low, reverse.high) == pytest.approx((-ahead.high, -ahead.low))


def test_one_kind_of_network_predicts_nothing(networks):
    own = networks.assign(cell="a")
    assert np.isnan(predicted_share(own, ["x"], **OPTIONS).value)
    assert np.isnan(share_ahead(own, ["x"], ["noise"], **OPTIONS).value)


def test_explanations_are_those_of_the_rows(networks):
    own = explained_networks(all_studies()[0])
    assert len(own) > 20
    assert own["learned"].all()
    assert {column for columns in EXPLANATIONS.values() for column in columns} <= {*own}
    np.testing.assert_allclose(np.exp(own["log_theory"]), own["phi"] * own["feature_norm"])
    names = ["log_weighted_cosine", "log_evenness", "log_boundary_place", "log_curvature"]
    np.testing.assert_allclose(own[names].sum(axis=1), own["log_ratio"], atol=1e-8)
    shares = factor_shares(own, **OPTIONS)
    assert sum(share.value for share in shares.values()) == pytest.approx(1)
    # Networks of one study and run share their matrix, those of a cell its kind.
    assert own.groupby(["study", "run"])["matrix"].nunique().eq(1).all()
    assert own.groupby("cell")["activation"].nunique().eq(1).all()
    # A kind is one in whichever study it is.
    usual = own[own["cell"].eq(own.loc[own["study"] == "training", "cell"].iloc[0])]
    assert len({*usual["study"]}) > 1
    means = np.log(own["cos_theta_geometric"] * own["feature_norm"])
    np.testing.assert_allclose(own["log_compressed"], means)
