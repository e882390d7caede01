from itertools import permutations

import numpy as np
import pytest

from fcflow.errors import InputError
from fcflow.shares import covariance_shares, lmg_shares


@pytest.fixture
def terms():
    draw = np.random.default_rng(0)
    return draw.normal(size=(200, 4)) @ draw.normal(size=(4, 4))


def over_orders(terms, worth):
    """Return the average over all orders of what each term adds to the worth of those before it."""
    size, orders = terms.shape[1], list(permutations(range(terms.shape[1])))
    shares = np.zeros(size)
    for order in orders:
        for place, term in enumerate(order):
            shares[term] += worth([*order[: place + 1]]) - worth([*order[:place]])
    return shares / len(orders)


def test_covariance_shares_are_what_terms_add_to_the_variance_over_all_orders(terms):
    total = terms.sum(axis=1).var()
    other = over_orders(terms, lambda chosen: terms[:, chosen].sum(axis=1).var() / total)
    assert covariance_shares(terms) == pytest.approx(other)


def test_lmg_shares_are_what_terms_add_to_a_regression_over_all_orders(terms):
    y = terms.sum(axis=1) - terms.sum(axis=1).mean()

    def explained(chosen):
        x = np.column_stack([np.ones(len(y)), terms[:, chosen]])
        return 1 - ((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum() / (y**2).sum()

    assert lmg_shares(terms) == pytest.approx(over_orders(terms, explained))


def test_both_add_up_to_one_and_only_covariances_may_be_negative(terms):
    opposed = np.column_stack([terms[:, 0] * 3, -terms[:, 0] + 0.1 * terms[:, 1]])
    for shares in (covariance_shares(opposed), lmg_shares(opposed)):
        assert shares.sum() == pytest.approx(1)
    assert covariance_shares(opposed)[1] < 0 < lmg_shares(opposed)[1]


def test_independent_terms_have_the_shares_of_their_variances_either_way():
    corners = np.array(np.meshgrid([0, 1], [0, 2], [0, 3])).reshape(3, -1).T
    expected = np.array([1, 4, 9]) / 14
    assert covariance_shares(corners) == pytest.approx(expected)
    assert lmg_shares(corners) == pytest.approx(expected)


def test_terms_that_are_one_and_a_constant_are_shared_out():
    x = np.random.default_rng(0).normal(size=50)
    assert lmg_shares(np.column_stack([x, x, np.ones(50)])) == pytest.approx([0.5, 0.5, 0])


def test_a_sum_that_does_not_vary_has_no_shares():
    x = np.random.default_rng(0).normal(size=50)
    for shares in (covariance_shares, lmg_shares):
        assert np.isnan(shares(np.column_stack([x, -x]))).all()
        assert np.isnan(shares(np.zeros((0, 2)))).all()


def test_terms_that_are_not_finite_are_refused():
    with pytest.raises(InputError, match="finite"):
        lmg_shares([[0.0, np.nan]])
