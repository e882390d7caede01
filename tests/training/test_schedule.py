import numpy as np
import pytest

from fcflow.errors import InputError
from fcflow.training.schedule import Adam, shuffled_order


def test_every_epoch_sees_every_point_once_in_an_order_of_its_own():
    order = shuffled_order(50, epochs=3, seed=1)
    assert order.dtype == np.int32
    assert (np.sort(order, axis=1) == np.arange(50)).all()
    assert not (order[0] == order[1]).all()


def test_more_epochs_do_not_change_the_first_ones():
    np.testing.assert_array_equal(shuffled_order(9, 5, seed=2)[:3], shuffled_order(9, 3, seed=2))


@pytest.mark.parametrize(
    "bad", [{"learning_rate": 0.0}, {"beta1": 1.0}, {"beta2": -0.1}, {"epsilon": 0.0}]
)
def test_settings_that_adam_cannot_use_are_refused(bad):
    with pytest.raises(InputError):
        Adam(**bad)
