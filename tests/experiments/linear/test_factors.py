"""The factors of linear networks' points, against those that the library measures on the path."""

import numpy as np
import pytest
import torch
from tests.experiments.linear.made_up import USUAL, make_experiments

import fcflow
from fcflow.experiments.images.factors.pairs import FACTORS
from fcflow.experiments.linear.columns import POINTS
from fcflow.experiments.linear.factors import linear_factors
from fcflow.experiments.linear.tables import linear_shares

KEY = {name: USUAL[name] for name in ("d", "column_scale", "seed", "hidden", "batch_size")}
KEY["study"] = "table2"


def network_points(run, points=4, d=5):
    """Return a random linear network, its points, partners, their rows and cos θ1."""
    draw = np.random.default_rng(run)
    A, W = draw.normal(size=(d, d)), draw.normal(size=(2, d))
    bias = draw.normal(size=2)
    z = np.sign(draw.normal(size=(points, d)))
    x, a = z @ A.T, A[:, -1]
    W = W if (W[0] - W[1]) @ a > 0 else W[::-1].copy()
    w = W[0] - W[1]
    gap = z[:, -1] * (x @ w + bias[0] - bias[1])
    rows = [
        dict.fromkeys(POINTS.frame.columns, 0)
        | {**KEY, "run": run, "point": point, "label": int(z[point, -1] < 0)}
        | {"correct": gap[point] > 0, "success": True, "gap": gap[point]}
        | {"minimal_norm": abs(gap[point]) / np.linalg.norm(w)}
        | {"minimal_ratio": abs(gap[point]) / np.linalg.norm(w) / np.linalg.norm(a)}
        for point in range(points)
    ]
    cosine = float(w @ a / np.linalg.norm(w) / np.linalg.norm(a))
    return W, bias, x, x - 2 * z[:, -1:] * a, rows, cosine


@pytest.fixture(scope="module")
def networks():
    return [network_points(run) for run in range(12)]


@pytest.fixture(scope="module")
def tables(networks):
    points = POINTS.table([row for *_, rows, _ in networks for row in rows])
    studied = {**KEY, "study": "table2"}
    experiments = make_experiments(*({**studied, "cos_theta1": one[-1]} for one in networks))
    return points, experiments


def test_the_factors_are_those_that_the_library_measures_on_the_path(networks, tables):
    factors = linear_factors(*tables)
    assert len(factors) > 10
    for row in factors.itertuples():
        W, bias, x, partner, _, _ = networks[row.run]
        model = torch.nn.Linear(W.shape[1], 2, dtype=torch.float64).eval()
        with torch.no_grad():
            model.weight.copy_(torch.from_numpy(W))
            model.bias.copy_(torch.from_numpy(bias))
        pair = [torch.from_numpy(one[[row.point]]) for one in (x, partner)]
        classes = [torch.tensor([row.label]), torch.tensor([1 - row.label])]
        path = fcflow.path_compression(model, *pair, *classes)
        length = fcflow.minimal_perturbation(model, pair[0], *classes, criterion="pair").norm
        measured = fcflow.factors(path, *pair, length)
        for factor in FACTORS:
            expected = getattr(measured, factor).item()
            assert getattr(row, factor) == pytest.approx(expected, rel=1e-6), factor


def test_factors_multiply_to_the_ratio_and_their_logarithms_add_up(tables):
    factors = linear_factors(*tables)
    assert factors[[*FACTORS]].prod(axis=1).to_numpy() == pytest.approx(factors["ratio"].to_numpy())
    logs = factors[[f"log_{name}" for name in FACTORS]].sum(axis=1).to_numpy()
    assert logs == pytest.approx(factors["log_ratio"].to_numpy())


def test_evenness_and_curvature_have_no_share_of_the_variance(tables):
    rows = linear_shares(*tables, resamples=50, level=0.95).rows.set_index(["quantity", "factor"])
    for kind in ("lmg", "covariance"):
        own = rows.loc[kind]["estimate"]
        assert own["evenness"] == pytest.approx(0, abs=1e-12)
        assert own["curvature"] == pytest.approx(0, abs=1e-12)
        assert own["weighted_cosine"] + own["boundary_place"] == pytest.approx(1)


def test_points_that_no_network_classifies_give_a_table_without_numbers(tables):
    points, experiments = tables
    none = points.assign(correct=False)
    rows = linear_shares(none, experiments, resamples=50, level=0.95).rows
    assert rows["estimate"].isna().all()
