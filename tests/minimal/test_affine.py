import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from fcflow.errors import InputError
from fcflow.minimal.affine import minimal_perturbation_affine


def test_norm_equals_that_of_a_general_purpose_optimiser():
    draw = np.random.default_rng(0)
    w, x, b = draw.standard_normal(5), draw.standard_normal(5), 0.3
    sign = float(np.sign(w @ x + b))
    closed = minimal_perturbation_affine(w, b, x[None], [sign]).norm[0]
    constraint = {"type": "eq", "fun": lambda e: w @ (x + e) + b}
    least = minimize(lambda e: e @ e, np.zeros(5), constraints=constraint, tol=1e-14)
    assert closed == pytest.approx(np.sqrt(least.fun), rel=1e-6)


@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 30), n=st.integers(1, 20))
def test_perturbed_points_are_just_past_the_boundary_and_no_shorter_step_is(seed, d, n):
    draw = np.random.default_rng(seed)
    w, x, b = draw.standard_normal(d), draw.standard_normal((n, d)), float(draw.standard_normal())
    sign = draw.choice([-1.0, 1.0], n)
    least = minimal_perturbation_affine(w, b, x, sign)
    past = sign * (least.perturbed(x, sign, overshoot=1e-6) @ w + b)
    short = sign * (least.perturbed(x, sign, overshoot=-1e-6) @ w + b)
    assert (past[least.correct] < 0).all()
    assert (short[least.correct] > 0).all()


def test_misclassified_points_need_no_perturbation():
    least = minimal_perturbation_affine([1.0], 0.0, [[2.0], [2.0]], [1.0, -1.0])
    assert least.correct.tolist() == [True, False]
    assert least.norm.tolist() == [2.0, 0.0]


def test_a_constant_classifier_has_no_boundary():
    with pytest.raises(InputError, match="constant"):
        minimal_perturbation_affine([0.0, 0.0], 1.0, [[1.0, 2.0]], [1.0])


@pytest.mark.parametrize(
    ("w", "b"), [([np.nan, 1.0], 0.0), ([1.0, np.inf], 0.0), ([1.0, 1.0], np.nan)]
)
def test_weights_that_are_not_finite_are_refused(w, b):
    with pytest.raises(InputError, match="not finite"):
        minimal_perturbation_affine(w, b, [[1.0, 2.0]], [1.0])


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="shapes"):
        minimal_perturbation_affine([1.0], 0.0, [[1.0, 2.0]], [1.0])
