import numpy as np
import pytest

from fcflow.errors import FcflowError
from fcflow.experiments.theory.draws import gaussian_matrix, gaussian_stacks, invertible, singular


def test_a_singular_draw_is_told_with_its_seed_redrawn_and_counted(capsys):
    draws = iter([np.ones((3, 3)), np.zeros((3, 3)), np.eye(3)])
    matrix, redraws = invertible(lambda draw: next(draws), seed=41)
    np.testing.assert_array_equal(matrix, np.eye(3))
    assert redraws == 2
    assert capsys.readouterr().err.splitlines() == [
        "seed 41: draw 1 of the matrix is singular, drawn anew",
        "seed 41: draw 2 of the matrix is singular, drawn anew",
    ]


def test_a_distribution_that_is_always_singular_is_an_error():
    with pytest.raises(FcflowError, match="seed 7: 20 matrices in a row are singular"):
        invertible(lambda draw: np.ones((2, 2)), seed=7)


def test_singular_to_working_precision_counts_as_singular():
    assert singular(np.diag([1.0, 1e-17]))
    assert not singular(np.diag([1.0, 1e-10]))


def test_every_draw_can_be_drawn_again_from_its_seed():
    stacks = list(gaussian_stacks(5, ["here"], 4, 6))
    for stack in stacks:
        for seed, matrix in zip(stack.seeds, stack.matrices, strict=True):
            again, _ = invertible(lambda draw: gaussian_matrix(4, draw), seed)
            np.testing.assert_array_equal(matrix, again)
    assert sum(len(stack.seeds) for stack in stacks) == 6


def test_more_draws_leave_the_first_as_they_were():
    few, many = (next(gaussian_stacks(5, ["here"], 4, n)).matrices for n in (2, 5))
    np.testing.assert_array_equal(few, many[:2])
