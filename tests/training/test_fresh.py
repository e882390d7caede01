"""Training on fresh points, against plain PyTorch and against where gradient flow goes."""

import numpy as np
import pytest
from scipy import stats

from fcflow.data.hypercube import draw_matrix
from fcflow.errors import InputError
from fcflow.networks.affine import initial_affine_network
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.training.affine_fresh import AffineFreshTraining
from fcflow.training.fresh_schedule import HeldOut, Stopping, train_until_no_error
from fcflow.training.reference import plain_affine_module, train_plainly_on_fresh_points
from fcflow.training.relu_fresh import ReluFreshTraining

SIZES = {"batch_size": 16, "decay_steps": 40.0}


def plain(module, A):
    """Train by autograd and ``optim.Adam`` on the very same points, step for step."""
    train_plainly_on_fresh_points(module, A, 1, 100, **SIZES)
    return [parameter.detach().numpy() for parameter in module.parameters()]


def farthest(ours, theirs):
    return max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("d", [3, 70])
def test_linear_training_is_plain_pytorchs_on_the_same_points(d):
    A, start = draw_matrix(d, 5.0, 1), initial_affine_network(d, 40, 1, np.float64)
    training = AffineFreshTraining(start, A, 1, **SIZES)
    training.advance(60)
    training.advance(40)  # in parts as at once
    theirs = plain(plain_affine_module(start), A)
    assert farthest(training.network().arrays().values(), theirs) < 1e-8
    assert farthest(start.arrays().values(), theirs) > 0.05


@pytest.mark.parametrize("depth", [1, 2])
def test_relu_training_is_plain_pytorchs_on_the_same_points(depth):
    A, start = draw_matrix(5, 5.0, 1), initial_relu_network(5, 30, depth, 1, np.float64)
    training = ReluFreshTraining(start, A, 1, **SIZES)
    training.advance(60)
    training.advance(40)
    theirs = plain(relu_module(start), A)
    assert farthest(training.network().arrays().values(), theirs) < 1e-8
    assert farthest(start.arrays().values(), theirs) > 0.05


def test_a_check_holds_out_as_many_points_as_the_exact_bound_asks_for():
    stopping = Stopping(0.01, 0.95, first_check=10, steps=70, beyond=2.0)
    assert stopping.checks == [10, 20, 40, 70]
    share = 0.05 / 5  # four checks, and one after training on
    n = stopping.points
    assert stats.binom.pmf(0, n, 0.01) <= share < stats.binom.pmf(0, n - 1, 0.01)


class Coin:
    """A network that errs at points by chance, whatever it was trained."""

    def __init__(self, rate):
        self.rate, self.draw = rate, np.random.default_rng(0)

    def advance(self, steps):
        """Take no step."""

    def network(self):
        """Return itself."""
        return self

    def gap(self, x):
        """Return the label, or by chance its opposite."""
        right = np.where(self.draw.random(len(x)) < self.rate, -1.0, 1.0)
        return right * np.sign(x[:, -1])  # A is the identity: the last entry is the label


def test_networks_whose_error_rate_is_above_the_tolerance_seldom_pass():
    stopping = Stopping(0.02, 0.8, first_check=1, steps=4)
    passed = sum(
        train_until_no_error(coin, np.eye(20), seed, stopping).trained
        for coin in [Coin(0.02)]
        for seed in range(500)
    )
    # At most a fifth, of 500: beyond 136 with a probability of 10⁻⁴.
    assert 20 < passed < 137


def test_what_is_not_learned_in_its_steps_is_not_trained():
    outcome = train_until_no_error(Coin(0.2), np.eye(20), 0, Stopping(0.05, 0.9, 1, 4))
    assert (outcome.trained, outcome.passed_after, outcome.steps) == (False, -1, 4)
    assert outcome.errors == pytest.approx(0.2 * outcome.held_out, rel=0.7)


def test_where_all_corners_are_few_they_are_all_held_out():
    held_out = HeldOut(np.eye(3), seed=0, points=8)
    assert (held_out.points, held_out.errors(lambda x: x[:, -1])) == (8, 0)
    assert held_out.errors(lambda x: x[:, 0]) == 4
    assert held_out.errors(lambda x: np.zeros(len(x))) == 8


def test_a_check_of_a_network_that_goes_on_ends_early_and_the_last_one_counts():
    held_out = HeldOut(np.eye(20), seed=0, points=100_000)
    assert 1 <= held_out.errors(lambda x: -x[:, -1], at_most=1) < 5000
    assert held_out.errors(lambda x: -x[:, -1]) == 100_000
    # One that fails its last check is not given another.
    chances = [
        train_until_no_error(coin, np.eye(20), seed, Stopping(0.02, 0.8, 1, 1))
        for coin in [Coin(0.02)]
        for seed in range(300)
    ]
    assert all((one.errors == 0) == one.trained == (one.passed_after == 1) for one in chances)
    assert 30 < sum(one.trained for one in chances) < 95


def test_each_check_has_other_points():
    seen = []
    held_out = HeldOut(np.eye(40), seed=0, points=50)
    for _ in range(2):
        held_out.errors(lambda x: seen.append(x) or x[:, -1])
    assert not {row.tobytes() for row in seen[0]} & {row.tobytes() for row in seen[1]}


def test_a_network_that_passed_is_trained_on():
    A, start = np.eye(2), initial_affine_network(2, 50, 0)
    training = AffineFreshTraining(start, A, 0, batch_size=8, decay_steps=100.0)
    outcome = train_until_no_error(training, A, 0, Stopping(0.01, 0.95, 50, 4000, beyond=3.0))
    assert outcome.trained
    assert outcome.steps == 3 * outcome.passed_after


def test_bad_arguments_are_refused():
    with pytest.raises(InputError, match="first_check"):
        Stopping(0.1, 0.9, first_check=10, steps=5)
    start = initial_affine_network(2, 3, 0)
    with pytest.raises(InputError, match="A must be finite"):
        AffineFreshTraining(start, np.eye(3), 0, **SIZES)
    with pytest.raises(InputError, match="batch_size must be"):
        ReluFreshTraining(
            initial_relu_network(2, 3, 1, 0), np.eye(2), 0, batch_size=0, decay_steps=1.0
        )
