import numpy as np
import pytest
from scipy import stats

from fcflow.errors import InputError
from fcflow.few import geometric_estimate, student_estimate


def test_the_interval_is_that_of_the_t_test():
    values = np.random.default_rng(0).normal(size=5)
    estimate = student_estimate(values, level=0.9)
    other = stats.ttest_1samp(values, 0.0).confidence_interval(0.9)
    assert (estimate.low, estimate.high) == pytest.approx((other.low, other.high))
    assert estimate.n == 5


def test_of_three_normal_observations_it_holds_the_mean_as_often_as_it_says():
    draws = np.random.default_rng(1).normal(size=(2000, 3))
    estimates = [student_estimate(row, level=0.9) for row in draws]
    held = np.mean([estimate.low <= 0 <= estimate.high for estimate in estimates])
    assert held == pytest.approx(0.9, abs=0.02)  # three standard errors


def test_one_observation_has_no_interval_and_none_has_no_value():
    assert np.isnan([student_estimate([2.0]).low, student_estimate([]).value]).all()
    assert student_estimate([2.0]).value == 2.0


def test_ratios_are_averaged_as_logarithms():
    estimate = geometric_estimate([2.0, 8.0])
    assert estimate.value == pytest.approx(4.0)
    assert estimate.low * estimate.high == pytest.approx(16.0)
    turned = geometric_estimate([1 / 2.0, 1 / 8.0])
    assert turned.low == pytest.approx(1 / estimate.high)


def test_ratios_that_are_not_positive_are_refused():
    with pytest.raises(InputError, match="positive and finite"):
        geometric_estimate([1.0, 0.0])
