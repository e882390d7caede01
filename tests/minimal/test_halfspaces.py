import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from fcflow.minimal.halfspaces import shortest_vector


def problem(seed, boxed):
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 5))
    normals, offsets = draw.normal(size=(count, 6)), -draw.uniform(0, 1, size=count)
    box = (-draw.uniform(0.3, 1.5, 6), draw.uniform(0.3, 1.5, 6)) if boxed else (None, None)
    return normals, offsets, *box


def shortest(normals, offsets, low=None, high=None):
    arrays = [
        None if a is None else torch.from_numpy(a)[None] for a in (normals, offsets, low, high)
    ]
    return shortest_vector(*arrays)[0].numpy()


def by_optimiser(normals, offsets, low, high):
    return minimize(
        lambda e: e @ e / 2,
        np.zeros(6),
        jac=lambda e: e,
        method="SLSQP",
        bounds=None if low is None else list(zip(low, high, strict=True)),
        constraints={
            "type": "ineq",
            "fun": lambda e: offsets - normals @ e,
            "jac": lambda e: -normals,
        },
        options={"ftol": 1e-15, "maxiter": 500},
    )


@pytest.mark.parametrize("boxed", [False, True])
def test_the_shortest_vector_equals_a_general_purpose_optimisers(boxed):
    compared = 0
    for seed in range(60):
        given = problem(seed, boxed)
        shortest_found, reference = shortest(*given), by_optimiser(*given)
        if reference.success and (given[0] @ shortest_found <= given[1] + 1e-6).all():
            assert np.linalg.norm(shortest_found) == pytest.approx(
                np.linalg.norm(reference.x), abs=1e-6
            )
            compared += 1
    assert compared >= 50


def test_the_last_halfspace_alone_counts_where_there_is_no_common_point():
    normals, offsets = np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([-1.0, -2.0])
    np.testing.assert_allclose(shortest(normals, offsets), [2.0, 0.0])


def test_a_zero_normal_is_a_halfspace_that_is_not_there():
    normals, offsets = np.array([[0.0, 0.0], [0.0, 2.0]]), np.array([-5.0, -2.0])
    np.testing.assert_allclose(shortest(normals, offsets), [0.0, -1.0])


def test_zero_is_the_shortest_vector_where_it_is_inside():
    normals, offsets = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 0.0])
    assert shortest(normals, offsets).tolist() == [0.0, 0.0]
    box = np.array([1.0, 1.0])
    assert shortest(normals, offsets, -box, box).tolist() == [0.0, 0.0]


def test_coordinates_that_the_box_stops_leave_the_rest_to_the_others():
    shortest_found = shortest(
        np.array([[1.0, 1.0]]), np.array([-3.0]), np.array([-1.0, -5.0]), np.array([1.0, 5.0])
    )
    np.testing.assert_allclose(shortest_found, [-1.0, -2.0], atol=1e-9)


def test_a_halfspace_outside_the_box_is_approached_as_far_as_the_box_goes():
    shortest_found = shortest(
        np.array([[1.0, 1.0]]), np.array([-9.0]), np.array([-1.0, -2.0]), np.array([1.0, 2.0])
    )
    np.testing.assert_allclose(shortest_found, [-1.0, -2.0])
