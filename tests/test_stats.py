import numpy as np
import pytest
from scipy.stats import pearsonr

from fcflow.errors import InputError
from fcflow.stats import (
    correlation_estimate,
    holm_adjusted,
    mean_estimate,
    power_law_slope,
    proportion_estimate,
    quantile_estimate,
)


def test_bootstrap_interval_covers_the_mean_as_often_as_it_says():
    draw = np.random.default_rng(0)
    samples = draw.exponential(1.0, (300, 40))
    intervals = [mean_estimate(sample, resamples=500, seed=i) for i, sample in enumerate(samples)]
    covered = np.mean([estimate.low <= 1.0 <= estimate.high for estimate in intervals])
    assert 0.88 <= covered <= 0.98


def test_bootstrap_interval_agrees_with_the_normal_theory_on_normal_data():
    data = np.random.default_rng(1).standard_normal(2000)
    estimate = mean_estimate(data, resamples=4000)
    half_width = 1.96 * data.std(ddof=1) / np.sqrt(data.size)
    assert (estimate.high - estimate.low) / 2 == pytest.approx(half_width, rel=0.05)


def test_the_same_seed_gives_the_same_interval():
    data = np.random.default_rng(2).random(30)
    assert mean_estimate(data, resamples=200) == mean_estimate(data, resamples=200)


def test_too_few_observations_have_no_interval():
    assert mean_estimate([], resamples=100).n == 0
    assert np.isnan(mean_estimate([], resamples=100).value)
    single = mean_estimate([3.0], resamples=100)
    assert single.value == 3.0
    assert np.isnan(single.low)


def test_equal_observations_have_an_interval_without_width():
    estimate = mean_estimate([0.5, 0.5, 0.5], resamples=100)
    assert (estimate.low, estimate.high) == (0.5, 0.5)


def test_observations_that_differ_by_rounding_alone_have_an_interval_without_width():
    values = np.full(40, 2.0)
    values[3] = np.nextafter(2.0, 3.0)
    estimate = mean_estimate(values, resamples=100)
    assert estimate.low == estimate.value == estimate.high
    values[3] = 2.0 + 1e-10
    estimate = mean_estimate(values, resamples=100)
    assert estimate.low < estimate.value < estimate.high


def test_observations_that_are_not_finite_are_refused():
    with pytest.raises(InputError):
        mean_estimate([1.0, np.nan], resamples=100)


def test_wilson_interval_is_the_published_formula():
    n, p, z = 50, 0.4, 1.959963984540054
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    estimate = proportion_estimate(20, 50)
    assert (estimate.low, estimate.high) == pytest.approx((centre - half, centre + half), rel=1e-12)


def test_wilson_interval_stays_inside_zero_and_one():
    assert proportion_estimate(0, 5).low == 0.0
    assert proportion_estimate(5, 5).high == 1.0
    assert np.isnan(proportion_estimate(0, 0).value)
    with pytest.raises(InputError):
        proportion_estimate(3, 2)


def test_slope_recovers_a_known_exponent_within_its_interval():
    draw = np.random.default_rng(3)
    groups = {float(d): d**-0.5 * draw.lognormal(0.0, 0.3, 200) for d in (4, 8, 16, 32, 64)}
    estimate = power_law_slope(groups, resamples=2000)
    assert estimate.low < -0.5 < estimate.high
    assert estimate.high - estimate.low < 0.1
    assert estimate.n == 1000


def test_slope_needs_two_groups():
    assert np.isnan(power_law_slope({4.0: [1.0, 2.0], 8.0: []}, resamples=100).value)


def test_slope_refuses_what_has_no_logarithm():
    with pytest.raises(InputError):
        power_law_slope({1.0: [1.0], 2.0: [0.0]}, resamples=100)


def test_correlation_is_pearsons_and_its_interval_that_of_the_normal_theory_on_normal_data():
    draw = np.random.default_rng(2)
    x = draw.standard_normal(1000)
    y = 0.6 * x + 0.8 * draw.standard_normal(1000)
    estimate = correlation_estimate(x, y, np.arange(1000), resamples=4000)
    expected = pearsonr(x, y)
    interval = expected.confidence_interval(0.95)
    assert estimate.value == pytest.approx(expected.statistic)
    assert (estimate.low, estimate.high) == pytest.approx((interval.low, interval.high), abs=0.01)
    assert estimate.n == 1000


def test_observations_that_come_in_clusters_widen_the_interval_of_their_correlation():
    draw = np.random.default_rng(3)
    x, y = np.repeat(draw.standard_normal((2, 60)), 5, axis=1)
    together = correlation_estimate(x, y, np.repeat(np.arange(60), 5), resamples=2000)
    apart = correlation_estimate(x, y, np.arange(300), resamples=2000)
    assert together.value == pytest.approx(apart.value)
    assert together.high - together.low > 1.7 * (apart.high - apart.low)


@pytest.mark.parametrize(
    ("x", "y"), [([], []), ([1.0, 2.0], [2.0, 1.0]), ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])]
)
def test_no_correlation_without_three_points_or_without_variation(x, y):
    estimate = correlation_estimate(x, y, range(len(x)), resamples=100)
    assert np.isnan([estimate.value, estimate.low, estimate.high]).all()
    assert estimate.n == len(x)


def test_one_cluster_gives_a_correlation_without_an_interval():
    estimate = correlation_estimate([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], [0, 0, 0], resamples=100)
    assert 0.9 < estimate.value < 1
    assert np.isnan(estimate.low)


@pytest.mark.parametrize(
    ("x", "clusters"), [([1.0, np.nan, 2.0], [0, 1, 2]), ([1.0, 2.0, 3.0], [0, 1])]
)
def test_a_correlation_of_what_does_not_fit_is_refused(x, clusters):
    with pytest.raises(InputError, match="must be one-dimensional"):
        correlation_estimate(x, [1.0, 2.0, 3.0], clusters, resamples=100)


def test_holms_adjustment_is_the_step_down_of_bonferronis():
    p = np.array([0.04, 0.001, 0.2, 0.011])
    np.testing.assert_allclose(holm_adjusted(p), [0.08, 0.004, 0.2, 0.033])
    assert holm_adjusted([0.9, 0.8]).tolist() == [1.0, 1.0]
    with pytest.raises(InputError, match="p-values"):
        holm_adjusted([1.5])


def test_holms_adjustment_rejects_too_often_no_more_than_it_says():
    draw = np.random.default_rng(0)
    rejected = [(holm_adjusted(draw.random(20)) < 0.05).any() for _ in range(2000)]
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.015)


def test_a_quantile_lies_in_an_interval_that_covers_as_often_as_it_says():
    draw = np.random.default_rng(1)
    estimates = [quantile_estimate(draw.standard_normal(60), 0.5) for _ in range(400)]
    assert 0.93 < np.mean([median.low <= 0 <= median.high for median in estimates]) <= 1.0
    assert all(median.low <= median.value <= median.high for median in estimates)


def test_a_quantile_of_few_draws_has_no_upper_bound():
    assert np.isnan(quantile_estimate([1.0, 2.0, 3.0], 0.95).high)
    assert quantile_estimate([], 0.5).n == 0
    with pytest.raises(InputError, match="quantile"):
        quantile_estimate([1.0], 1.0)
    with pytest.raises(InputError, match="finite"):
        quantile_estimate([np.nan], 0.5)
