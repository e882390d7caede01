"""Entries of mixing matrices have the moments that are said, and no matrix is singular."""

import numpy as np
import pytest

from fcflow.data.entries import ENTRIES, draw_mixing_matrix
from fcflow.data.hypercube import draw_matrix
from fcflow.errors import InputError

FOURTH = {"gaussian": 3.0, "laplace": 6.0, "uniform": 1.8, "sign": 1.0, "sparse": 10.0}


@pytest.mark.parametrize("entries", ENTRIES)
def test_entries_have_mean_zero_and_variance_one(entries):
    A = draw_mixing_matrix(400, 1.0, seed=3, entries=entries).A
    assert abs(A.mean()) < 0.015
    # Student's t with 3 degrees has no fourth moment: its sample variance converges slowly.
    assert A.var() == pytest.approx(1.0, abs=0.1 if entries == "student_t3" else 0.025)
    if entries in FOURTH:
        assert (A**4).mean() == pytest.approx(FOURTH[entries], rel=0.06)
    else:
        assert (A**4).mean() > 10


def test_gaussian_matrices_are_those_of_the_papers_experiments():
    np.testing.assert_array_equal(draw_mixing_matrix(7, 5.0, 11).A, draw_matrix(7, 5.0, 11))


def test_only_the_feature_is_not_scaled():
    one, five = (draw_mixing_matrix(4, scale, 2, "sign").A for scale in (1.0, 5.0))
    np.testing.assert_array_equal(five[:, :-1], 5 * one[:, :-1])
    np.testing.assert_array_equal(five[:, -1], one[:, -1])


def test_singular_matrices_are_drawn_anew_and_counted():
    # Half of all 2 × 2 matrices of signs are singular.
    drawn = [draw_mixing_matrix(2, 1.0, seed, "sign") for seed in range(400)]
    assert all(abs(np.linalg.det(one.A)) == pytest.approx(2) for one in drawn)
    assert np.mean([one.redraws for one in drawn]) == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize(("d", "entries"), [(0, "gaussian"), (3, "cauchy")])
def test_what_cannot_be_drawn_is_refused(d, entries):
    with pytest.raises(InputError):
        draw_mixing_matrix(d, 1.0, 0, entries)
