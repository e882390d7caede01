"""The widest margin, against quadratic programming and against where training goes."""

import numpy as np
import pytest
from scipy import integrate, optimize, special

from fcflow.data.hypercube import all_corners, draw_matrix
from fcflow.errors import InputError
from fcflow.networks.affine import initial_affine_network
from fcflow.theory.compression_ratio import compression_ratio, inverse_last_row
from fcflow.theory.margin import margin_cosine, margin_direction
from fcflow.training.affine_fresh import AffineFreshTraining


def cosine(u, v):
    return abs(u @ v) / np.linalg.norm(u) / np.linalg.norm(v)


@pytest.mark.parametrize("scale", [1.0, 5.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_margin_is_the_widest_over_all_corners(scale, seed):
    A = draw_matrix(4, scale, seed)
    z = all_corners(4).astype(np.float64)
    signed = (z * z[:, -1:]) @ A.T
    direction = margin_direction(A)
    margins = signed @ direction / np.linalg.norm(direction)
    assert margins.min() == pytest.approx(np.linalg.norm(direction))
    # The same by sequential quadratic programming: the shortest w with every margin at least 1.
    start = np.linalg.lstsq(signed, np.ones(len(signed)), rcond=None)[0]
    found = optimize.minimize(
        lambda w: w @ w,
        start / (signed @ start).min(),
        jac=lambda w: 2 * w,
        constraints={"type": "ineq", "fun": lambda w: signed @ w - 1, "jac": lambda w: signed},
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-14},
    )
    assert 1 / np.linalg.norm(found.x) == pytest.approx(np.linalg.norm(direction), rel=1e-4)
    assert cosine(found.x, direction) == pytest.approx(1.0, abs=1e-4)


def test_it_is_theorem_6s_direction_where_no_bound_is_reached_and_looks_further_elsewhere():
    same = 0
    for seed in range(30):
        A = draw_matrix(8, 2.0, seed)
        direction, phi = margin_direction(A), float(compression_ratio(A))
        assert margin_cosine(A) >= phi - 1e-12
        zeta = np.linalg.lstsq(A[:, :-1], -A[:, -1], rcond=None)[0]
        inside = bool((abs(zeta) <= 1).all())
        assert inside == (abs(margin_cosine(A) - phi) < 1e-9)
        if inside:
            same += 1
            assert cosine(direction, inverse_last_row(A)) == pytest.approx(1.0)
    assert 5 < same < 25


def gradient_flow(A, H1, s, time):
    """Return H1 and s = H2[0] - H2[1] after gradient flow on all corners, by SciPy's ODE solver."""
    hidden, d = H1.shape
    z = all_corners(d).astype(np.float64)
    x, sign = z @ A.T, z[:, -1]

    def flow(_, state):
        H1, s = state[:-hidden].reshape(hidden, d), state[-hidden:]
        slope = -sign / (1 + np.exp(sign * (x @ H1.T @ s))) / len(x)
        G = slope @ x
        # Both rows of H2 move, so that their difference moves twice as fast as either.
        return -np.concatenate([np.outer(s, G).ravel(), 2 * H1 @ G])

    start = np.concatenate([H1.ravel(), s])
    options = {"method": "LSODA", "rtol": 1e-9, "atol": 1e-11}
    end = integrate.solve_ivp(flow, (0, time), start, **options).y[:, -1]
    return end[:-hidden].reshape(hidden, d), end[-hidden:]


def initial(hidden, d, seed):
    network = initial_affine_network(d, hidden, seed, np.float64)
    return network.H1, network.H2[0] - network.H2[1]


@pytest.mark.parametrize("time", [1.0, 30.0])
def test_gradient_flow_on_the_cube_itself_has_its_closed_form(time):
    # A = 1 and one balanced unit along the feature: w' = 2√2 w / (1 + e^w), so that log w + Ei(w)
    # grows as 2√2 t.
    h = 0.3
    H1, s = gradient_flow(np.eye(3), np.array([[0.0, 0.0, h]]), np.array([np.sqrt(2) * h]), time)
    w, w0 = float(s[0] * H1[0, -1]), np.sqrt(2) * h**2
    passed = np.log(w / w0) + special.expi(w) - special.expi(w0)
    assert passed == pytest.approx(2 * np.sqrt(2) * time, rel=1e-5)
    assert abs(H1[0, :-1]).max() < 1e-9


def test_the_flow_leaves_the_layers_as_balanced_as_they_began():
    H1, s = initial(8, 3, 1)
    after, later = gradient_flow(draw_matrix(3, 2.0, 1), H1, s, 50.0)
    kept = H1 @ H1.T - np.outer(s, s) / 2
    assert abs(after @ after.T - np.outer(later, later) / 2 - kept).max() < 1e-6
    assert abs(after - H1).max() > 0.1


@pytest.mark.parametrize("seed", [0, 3])
def test_gradient_flow_and_training_on_fresh_points_go_the_same_way(seed):
    # Another optimiser than Adam, on all points and not on drawn ones: the same limit.
    A = draw_matrix(4, 2.0, seed)
    limit, a = margin_direction(A), A[:, -1]
    H1, s = gradient_flow(A, *initial(16, 4, seed), 3e4)
    flow = H1.T @ s
    start = initial_affine_network(4, 16, seed, np.float64)
    training = AffineFreshTraining(start, A, seed, batch_size=256, decay_steps=200.0)
    training.advance(60_000)
    W = training.network().affine_map()[0]
    adam = W[0] - W[1]
    assert cosine(flow, limit) > 0.999
    assert cosine(adam, limit) > 0.995
    assert cosine(flow, adam) > 0.995
    assert cosine(flow, a) < 0.9


def test_a_matrix_that_is_not_square_is_refused():
    with pytest.raises(InputError, match="square"):
        margin_direction(np.ones((2, 3)))
