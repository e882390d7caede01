"""What is told of a run's accuracy, against points drawn again."""

import numpy as np
import pytest

from fcflow.data.fresh_corners import corner_key, fresh_corners
from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.experiments.hypercube.train import train_until_valid
from fcflow.seeds import Stream


class Classifier:
    """A network of one weight vector."""

    def __init__(self, w):
        self.w = w

    def gap(self, x):
        """Return the gap at points."""
        return np.asarray(x, dtype=np.float64) @ self.w


def trained(sample, d=6):
    problems, matrices = generate_hypercubes(
        seed=3, experiment="linear", study="s", d=d, column_scale=5.0, runs=3, sample=sample
    )
    A, noise = matrices["A"], np.random.default_rng(0).normal(size=(3, d))
    networks = [
        Classifier(np.linalg.inv(own)[-1] + 0.05 * extra)
        for own, extra in zip(A, noise, strict=True)
    ]
    waiting = iter(networks)
    rows, _ = train_until_valid(
        *(problems, A, lambda runs: [(next(waiting), 1) for _ in runs]),
        epochs=1,
        valid_runs=None,
        at_once=1,
    )
    return rows, A, networks


def test_accuracy_on_fresh_points_is_that_on_as_many_others():
    rows, A, networks = trained(sample=50)
    for row, own, network in zip(rows.itertuples(), A, networks, strict=True):
        z = fresh_corners(corner_key(row.seed, Stream.HELD_OUT_POINTS), 0, 50, 6)
        assert row.fresh_accuracy == pytest.approx((z[:, -1] * network.gap(z @ own.T) > 0).mean())
    assert (rows["fresh_accuracy"] != rows["train_accuracy"]).any()


def test_where_all_corners_were_trained_on_there_are_no_others():
    rows, _, _ = trained(sample=None)
    assert rows["fresh_accuracy"].tolist() == rows["train_accuracy"].tolist()
    assert rows["fresh_accuracy"].min() < 1
