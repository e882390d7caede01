import numpy as np
import pytest

from fcflow.clusters import clustered_estimate
from fcflow.stats import correlation_estimate


def test_whole_clusters_are_resampled():
    cluster, sizes = np.repeat(np.arange(6), 4), set()

    def statistic(places):
        sizes.update(np.unique(cluster[places], return_counts=True)[1] % 4)
        return float(places.mean())

    clustered_estimate(statistic, cluster, resamples=50)
    assert sizes == {0}


def test_it_agrees_with_the_interval_of_a_correlation():
    draw = np.random.default_rng(0)
    x, cluster = draw.normal(size=60), np.repeat(np.arange(20), 3)
    y = x + draw.normal(size=60)
    other = correlation_estimate(x, y, cluster, resamples=4000)
    own = clustered_estimate(
        lambda places: float(np.corrcoef(x[places], y[places])[0, 1]), cluster, resamples=4000
    )
    assert own.value == pytest.approx(other.value)
    assert (own.low, own.high) == pytest.approx((other.low, other.high), abs=0.02)


def test_one_cluster_has_no_interval_and_none_has_no_value():
    one = clustered_estimate(lambda places: float(places.sum()), [5, 5], resamples=9)
    assert (one.value, one.n) == (1.0, 2)
    assert np.isnan([one.low, one.high]).all()
    assert np.isnan(clustered_estimate(lambda places: 0.0, [], resamples=9).value)


def test_resamples_that_determine_nothing_are_left_out():
    kinds = np.array([0, 0, 1, 1])
    statistic = lambda places: 1.0 if len(set(kinds[places])) == 2 else np.nan  # noqa: E731
    estimate = clustered_estimate(statistic, kinds, resamples=100)
    assert (estimate.low, estimate.high) == (1.0, 1.0)
