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


def test_groups_keep_their_sizes_in_every_resample():
    groups, sizes = np.repeat([0, 1, 2], [5, 3, 8]), set()

    def statistic(places):
        sizes.add(tuple(np.bincount(groups[places])))
        return float(places.mean())

    clustered_estimate(statistic, np.arange(16), strata=groups, resamples=50)
    assert sizes == {(5, 3, 8)}


def test_a_difference_of_two_groups_has_the_interval_of_their_standard_errors():
    draw = np.random.default_rng(0)
    y, groups = np.concatenate([draw.normal(3, 1, 40), draw.normal(0, 2, 60)]), np.arange(100) >= 40
    estimate = clustered_estimate(
        lambda places: y[places][~groups[places]].mean() - y[places][groups[places]].mean(),
        np.arange(100),
        strata=groups,
        resamples=4000,
    )
    error = np.sqrt(y[~groups].var(ddof=1) / 40 + y[groups].var(ddof=1) / 60)
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_a_group_of_one_cluster_leaves_no_interval():
    estimate = clustered_estimate(
        lambda places: float(places.mean()), [0, 1, 2], strata=[0, 0, 1], resamples=20
    )
    assert np.isnan([estimate.low, estimate.high]).all()
