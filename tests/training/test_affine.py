import numpy as np
import pytest

from fcflow.errors import InputError
from fcflow.training.affine import train_affine
from fcflow.training.schedule import Adam


@pytest.mark.parametrize("batch_size", [64, 100, 256, 5000])
def test_twenty_epochs_equal_plain_pytorch(
    make_training, plain_result, largest_relative_difference, batch_size
):
    training = make_training(d=12, hidden=300, epochs=20)
    ours = train_affine(*training, batch_size=batch_size).network
    assert largest_relative_difference(ours, plain_result(training, batch_size)) < 1e-4


def test_training_moves_the_weights_far_more_than_the_difference_to_plain_pytorch(
    make_training, plain_result, largest_relative_difference
):
    training = make_training(d=8, hidden=50, epochs=20)
    ours = train_affine(*training, batch_size=32).network
    moved = largest_relative_difference(training.network, ours.arrays())
    assert moved > 0.05
    assert largest_relative_difference(ours, plain_result(training, 32)) < 1e-9 * moved


@pytest.mark.parametrize("hidden", [1, 7, 127, 129, 3000])
def test_any_width_equals_plain_pytorch(
    make_training, plain_result, largest_relative_difference, hidden
):
    training = make_training(d=4, hidden=hidden, epochs=10)
    ours = train_affine(*training, batch_size=6).network
    assert largest_relative_difference(ours, plain_result(training, 6)) < 1e-9


def test_networks_wider_than_a_cache_block_equal_plain_pytorch(
    make_training, plain_result, largest_relative_difference
):
    # d = 10 has 11 rows, so 65,536 weights are 5,957 hidden units: this one takes two blocks.
    training = make_training(d=10, hidden=6100, epochs=1)
    ours = train_affine(*training, batch_size=128).network
    assert largest_relative_difference(ours, plain_result(training, 128)) < 1e-9


def test_adams_settings_are_used(make_training, plain_result, largest_relative_difference):
    training, adam = make_training(d=5, hidden=20, epochs=10), Adam(3e-3, 0.8, 0.95, 1e-5)
    ours = train_affine(*training, batch_size=8, adam=adam).network
    assert largest_relative_difference(ours, plain_result(training, 8, adam)) < 1e-9
    assert largest_relative_difference(ours, plain_result(training, 8)) > 1e-2


def test_float32_follows_plain_float32_for_the_first_steps(
    make_training, plain_result, largest_relative_difference
):
    training = make_training(d=6, hidden=100, epochs=1, dtype=np.float32)
    ours = train_affine(*training, batch_size=16).network
    assert ours.H1.dtype == np.float32
    assert largest_relative_difference(ours, plain_result(training, 16)) < 1e-4


def test_training_stops_after_the_first_epoch_that_ends_without_an_error(make_training):
    training = make_training(d=3, hidden=200, epochs=200)
    stopped = train_affine(*training, batch_size=2, stop_when_perfect=True)
    assert 1 < stopped.epochs < 200

    def perfect_after(epochs):
        shorter = training._replace(order=training.order[:epochs])
        W, b = train_affine(*shorter, batch_size=2).network.affine_map()
        return (training.sign * (training.x @ (W[0] - W[1]) + b[0] - b[1]) > 0).all()

    assert perfect_after(stopped.epochs)
    assert not perfect_after(stopped.epochs - 1)


def test_no_epoch_leaves_the_network_as_it_was(make_training):
    training = make_training(d=3, hidden=5, epochs=0)
    trained = train_affine(*training, batch_size=2)
    assert trained.epochs == 0
    np.testing.assert_array_equal(trained.network.H1, training.network.H1)


def test_the_network_given_is_not_changed(make_training):
    training = make_training(d=3, hidden=5, epochs=2)
    before = training.network.H2.copy()
    train_affine(*training, batch_size=2)
    np.testing.assert_array_equal(training.network.H2, before)


def test_the_same_training_gives_the_same_bytes(make_training):
    training = make_training(d=6, hidden=64, epochs=5, dtype=np.float32)
    first, second = (train_affine(*training, batch_size=7).network for _ in range(2))
    assert first.H1.tobytes() == second.H1.tobytes()


def test_saturated_points_do_not_overflow(make_training):
    training = make_training(d=3, hidden=5, epochs=3, dtype=np.float32)
    trained = train_affine(
        training.network, training.x * 1e6, training.sign, training.order, batch_size=2
    )
    assert np.isfinite(trained.network.H1).all()


def test_bad_input_is_told_before_training(make_training):
    network, x, sign, order = make_training(d=3, hidden=5, epochs=1)
    with pytest.raises(InputError, match="batch_size must be ≥ 1, got 0"):
        train_affine(network, x, sign, order, batch_size=0)
    with pytest.raises(InputError, match="shapes"):
        train_affine(network, x[:, :2], sign, order, batch_size=2)
    with pytest.raises(InputError, match="shapes"):
        train_affine(network, x[:0], sign[:0], order[:, :0], batch_size=2)
    with pytest.raises(InputError, match="finite"):
        train_affine(network, np.where(x > 0, np.nan, x), sign, order, batch_size=2)
    with pytest.raises(InputError, match=r"\+1 and -1"):
        train_affine(network, x, sign * 2, order, batch_size=2)
    with pytest.raises(InputError, match="numbers of points"):
        train_affine(network, x, sign, order + 1, batch_size=2)
