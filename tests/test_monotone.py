from itertools import product

import numpy as np
import pytest

from fcflow.monotone import explained_share, increasing_fit, left_out_share, linear_fit


def test_no_increasing_step_function_fits_better():
    x, y = np.arange(4.0), np.array([1.0, 3.0, 0.0, 2.0])
    own = ((increasing_fit(x, y)(x) - y) ** 2).sum()
    grid = np.arange(0, 3.01, 0.25)
    others = [np.array(levels) for levels in product(grid, repeat=4) if sorted(levels) == [*levels]]
    assert own <= min(((levels - y) ** 2).sum() for levels in others) + 1e-12
    assert own == pytest.approx(4.5)  # the middle two share the level 3/2


def test_observations_at_one_place_count_together():
    fit = increasing_fit(np.array([0.0, 0.0, 0.0, 1.0]), np.array([1.0, 2.0, 6.0, 0.0]))
    assert fit(np.array([0.0, 1.0])) == pytest.approx([9 / 4, 9 / 4])


def test_the_fit_does_not_depend_on_the_order_and_is_constant_outside():
    draw = np.random.default_rng(0)
    x, y, order = draw.normal(size=30), draw.normal(size=30), draw.permutation(30)
    places = np.linspace(-5, 5, 50)
    assert increasing_fit(x[order], y[order])(places) == pytest.approx(increasing_fit(x, y)(places))
    assert increasing_fit(x, y)(np.array([-9.0])) == increasing_fit(x, y)(np.array([x.min()]))


def test_a_linear_fit_recovers_two_coefficients():
    x = np.random.default_rng(0).normal(size=(20, 2))
    y = 3 + x @ np.array([2.0, -1.0])
    assert linear_fit(x, y)(np.array([[1.0, 1.0]])) == pytest.approx([4.0])


def test_a_monotone_function_predicts_groups_that_were_left_out():
    x = np.random.default_rng(0).uniform(size=200)
    share = left_out_share(increasing_fit, x, np.exp(3 * x), np.arange(200) % 5)
    assert share > 0.999


def test_what_depends_on_the_group_is_explained_in_sample_and_not_on_groups_left_out():
    # Each group lies on a level of its own and has its own place on the axis.
    groups = np.repeat(np.arange(4), 10)
    x, y = groups + np.tile(np.linspace(0, 0.1, 10), 4), np.array([0.0, 1.0, 0.2, 1.2])[groups]
    assert explained_share(y, linear_fit(x, y)(x)) > 0.3
    assert left_out_share(linear_fit, x, y, groups) < 0
    assert np.isnan(left_out_share(linear_fit, x, y, np.zeros(40)))


def test_the_mean_explains_nothing_and_a_constant_has_no_share():
    assert explained_share([0.0, 1.0, 2.0], [1.0, 1.0, 1.0]) == 0
    assert np.isnan(explained_share([1.0, 1.0], [1.0, 1.0]))
