import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcflow.compression.direction import direction_cosine
from fcflow.errors import InputError
from fcflow.minimal.affine import minimal_perturbation_affine


def test_cosine_is_signed():
    assert direction_cosine([1.0, 0.0], [-2.0, 0.0]) == -1.0


def test_cosine_broadcasts_over_leading_axes():
    assert direction_cosine(np.ones((4, 3)), np.ones(3)).shape == (4,)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e160, 1e300])
def test_cosine_survives_vectors_whose_squares_leave_the_range_of_float64(scale):
    assert direction_cosine(np.array([3.0, 4.0]) * scale, [0.0, 2.0]) == pytest.approx(
        0.8, rel=1e-12
    )


@pytest.mark.parametrize("bad", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_cosine_refuses_vectors_without_a_direction(bad):
    with pytest.raises(InputError, match="gradient: every vector must be finite and not zero"):
        direction_cosine(bad, [1.0, 0.0])


def test_cosine_refuses_vectors_of_different_length():
    with pytest.raises(InputError, match="last axis"):
        direction_cosine([1.0, 2.0], [1.0, 2.0, 3.0])


@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 40))
def test_least_perturbation_over_half_distance_is_the_compression_when_gaps_are_opposite(seed, d):
    # For a linear g with g(x2) = -g(x1): ‖e‖ / (‖x1 - x2‖ / 2) = |cos θ| exactly.
    draw = np.random.default_rng(seed)
    w, x1, x2 = draw.standard_normal((3, d))
    bias = float(-w @ (x1 + x2) / 2)
    gap = w @ x1 + bias
    norm = minimal_perturbation_affine(w, bias, x1[None], [np.sign(gap)]).norm[0]
    cosine = direction_cosine(w, x1 - x2)
    assert norm / (np.linalg.norm(x1 - x2) / 2) == pytest.approx(
        abs(float(cosine)), rel=1e-6, abs=1e-9
    )


def test_the_cosine_of_arrays_needs_no_torch():
    code = "import sys, fcflow.compression.direction; print('torch' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        == "False\n"
    )
