from itertools import product

import numpy as np
import pytest
import torch
from tests.certified.least_norm import least_norm

from fcflow.certified.hidden_layer import certified_radius
from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.errors import InputError
from fcflow.training.reference import train_plainly


def gap(H1, delta1, s, c, points):
    return np.maximum(points @ H1.T + delta1, 0.0) @ s + c


def random_network(d, m, seed):
    rng = np.random.default_rng(seed)
    H1, delta1, s = rng.standard_normal((m, d)), rng.standard_normal(m), rng.standard_normal(m)
    x = rng.standard_normal((4, d))
    c = 0.3 + float(-np.median(gap(H1, delta1, s, 0.0, x)))
    return H1, delta1, s, c, x


def exact_least_perturbation(H1, delta1, s, c, point):
    """Least ‖e‖ with g ≤ 0, over every pattern of active neurons."""
    z = H1 @ point + delta1
    best = np.inf
    for pattern in product([-1.0, 1.0], repeat=len(s)):
        sign = np.array(pattern)
        active = s * (sign > 0)
        G = np.vstack([sign[:, None] * H1, -(active @ H1)])
        h = np.append(-sign * z, active @ z + c)
        best = min(best, least_norm(G, h))
    return best


def flips_by_descent(H1, delta1, s, c, point, radius, rng, restarts=64, steps=200):
    """Whether projected gradient descent on g, from random places of the ball, finds g ≤ 0."""
    e = rng.standard_normal((restarts, point.size))
    e *= (
        radius
        * rng.random((restarts, 1)) ** (1 / point.size)
        / np.linalg.norm(e, axis=1, keepdims=True)
    )
    for step in range(steps):
        if (gap(H1, delta1, s, c, point + e) <= 0).any():
            return True
        slope = (((point + e) @ H1.T + delta1 > 0) * s) @ H1
        e -= (
            radius
            * 0.2
            * 0.98**step
            * slope
            / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
        )
        e *= np.minimum(1.0, radius / np.maximum(np.linalg.norm(e, axis=1, keepdims=True), 1e-300))
    return False


def found_norm(H1, delta1, s, c, point):
    """Norm of a flip: the point projected onto the boundary linearised at the last projection."""
    here, best = point, np.inf
    for _ in range(25):
        slope = ((H1 @ here + delta1 > 0) * s) @ H1
        there = point - (gap(H1, delta1, s, c, here) + slope @ (point - here)) * slope / (
            slope @ slope
        )
        inside, outside = 0.0, 1.5
        if gap(H1, delta1, s, c, point + outside * (there - point)) <= 0:
            for _ in range(40):
                middle = 0.5 * (inside + outside)
                flipped = gap(H1, delta1, s, c, point + middle * (there - point)) <= 0
                inside, outside = (inside, middle) if flipped else (middle, outside)
            best = min(best, outside * float(np.linalg.norm(there - point)))
        here = here + 0.5 * (there - here)
    return best


@pytest.fixture(scope="module")
def trained():
    d, m = 6, 200
    data = hypercube_points(draw_matrix(d, 5.0, seed=3), sample=None, seed=3)
    torch.manual_seed(3)
    model = torch.nn.Sequential(torch.nn.Linear(d, m), torch.nn.ReLU(), torch.nn.Linear(m, 2))
    order = np.stack(
        [np.random.default_rng(k).permutation(len(data.x)) for k in range(150)]
    ).astype(np.int32)
    train_plainly(model, data.x, data.sign, order, batch_size=16)
    H1, delta1, H2, delta2 = (p.detach().double().numpy() for p in model.parameters())
    s, c, x = H2[0] - H2[1], float(delta2[0] - delta2[1]), data.x[data.sign > 0]
    x = x[gap(H1, delta1, s, c, x) > 0]
    norms = np.array([found_norm(H1, delta1, s, c, point) for point in x])
    return (H1, delta1, s, c, x), norms


@pytest.mark.parametrize(
    ("d", "m", "seed"), [(2, 3, 0), (2, 6, 1), (2, 8, 2), (3, 5, 3), (3, 8, 4), (3, 8, 5)]
)
def test_the_radius_of_a_tiny_network_is_the_least_perturbation_over_all_patterns(d, m, seed):
    H1, delta1, s, c, x = random_network(d, m, seed)
    exact = np.array([exact_least_perturbation(H1, delta1, s, c, point) for point in x])
    reachable = np.isfinite(exact)
    upper = np.where(reachable, exact, 5.0)
    bound = certified_radius(H1, delta1, s, c, x, upper=2.0 * upper)
    correct = gap(H1, delta1, s, c, x) > 0
    assert correct.any()
    assert (bound.radius[reachable] <= exact[reachable] * (1 + 1e-8)).all()
    assert (bound.radius >= 0.998 * np.where(reachable, exact, 10.0))[correct].all()


@pytest.mark.parametrize("seed", range(30))
def test_neurons_that_share_a_direction_or_never_flip_are_certified_too(seed):
    rng = np.random.default_rng(200 + seed)
    d, m = int(rng.integers(1, 5)), int(rng.integers(2, 8))
    H1, delta1, s = rng.standard_normal((m, d)), 3 * rng.standard_normal(m), rng.standard_normal(m)
    H1[-1] = H1[0] * rng.choice([-1.0, 1.0, 2.0])
    x = rng.standard_normal((1, d))
    c = 0.5 - float(gap(H1, delta1, s, 0.0, x)[0])
    exact = exact_least_perturbation(H1, delta1, s, c, x[0])
    upper = min(1.5 * exact, 10.0)
    radius = certified_radius(H1, delta1, s, c, x, upper=[upper]).radius[0]
    assert radius <= exact * (1 + 1e-8)
    assert radius >= 0.998 * min(exact, upper)


@pytest.mark.parametrize("seed", range(20))
def test_no_sample_of_the_certified_ball_flips_the_gap_of_a_tiny_network(seed):
    H1, delta1, s, c, x = random_network(2, 12, 100 + seed)
    bound = certified_radius(H1, delta1, s, c, x, upper=np.full(4, 3.0))
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0.0, 2 * np.pi, 50_000)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for point, radius in zip(x[bound.correct], bound.radius[bound.correct], strict=True):
        inside = circle * radius * (1 - 1e-9) * np.sqrt(rng.random((angle.size, 1)))
        assert gap(H1, delta1, s, c, point + inside).min() > 0
        assert gap(H1, delta1, s, c, point + circle * radius * (1 - 1e-9)).min() > 0


def test_descent_inside_the_certified_ball_never_flips_and_just_outside_it_does(trained):
    (H1, delta1, s, c, x), norms = trained
    bound = certified_radius(H1, delta1, s, c, x, upper=norms)
    rng = np.random.default_rng(0)
    points = range(8)
    assert not any(
        flips_by_descent(H1, delta1, s, c, x[i], bound.radius[i] * (1 - 1e-9), rng) for i in points
    )
    assert all(flips_by_descent(H1, delta1, s, c, x[i], norms[i] * 1.05, rng) for i in points)


def test_the_radius_of_a_trained_network_reaches_the_perturbations_found(trained):
    (H1, delta1, s, c, x), norms = trained
    bound = certified_radius(H1, delta1, s, c, x, upper=norms)
    ratio = bound.radius / norms
    assert ratio.size >= 15
    assert bound.unstable.mean() > 10
    assert ratio.max() <= 1.0
    assert ratio.mean() >= 0.99


def test_one_region_alone_proves_less_than_a_search(trained):
    (H1, delta1, s, c, x), _ = trained
    upper = np.full(len(x), 4.0)
    one = certified_radius(H1, delta1, s, c, x, upper=upper, max_nodes=1)
    many = certified_radius(H1, delta1, s, c, x, upper=upper, max_nodes=100)
    assert (one.nodes == 1).all()
    assert (many.nodes <= 100).all()
    assert many.radius.sum() > one.radius.sum()


def test_where_no_neuron_is_unstable_the_radius_is_the_gap_over_the_gradient():
    rng = np.random.default_rng(7)
    H1, s = rng.standard_normal((40, 5)), rng.standard_normal(40)
    delta1 = np.where(rng.random(40) < 0.5, 1e3, -1e3)
    x = rng.standard_normal((10, 5))
    c = 1.0 - float(gap(H1, delta1, s, 0.0, x).min())
    gradient = s[delta1 > 0] @ H1[delta1 > 0]
    bound = certified_radius(H1, delta1, s, c, x, upper=np.full(10, 20.0))
    expected = gap(H1, delta1, s, c, x) / np.linalg.norm(gradient)
    assert (bound.unstable == 0).all()
    assert (bound.radius <= expected).all()
    np.testing.assert_allclose(bound.radius, expected, rtol=1e-6)


def test_misclassified_points_have_radius_zero():
    H1, delta1, s, c, x = random_network(3, 10, 8)
    values = gap(H1, delta1, s, c, x)
    bound = certified_radius(H1, delta1, s, c - values.max() - 1.0, x, upper=np.ones(4))
    assert not bound.correct.any()
    assert (bound.radius == 0).all()
    assert (bound.nodes == 0).all()


@pytest.mark.parametrize("scale", [0.0, 1e-9, 0.01, 0.5, 1.0])
def test_the_radius_is_never_above_the_upper_bound(scale):
    H1, delta1, s, c, x = random_network(4, 30, 9)
    upper = scale * np.array([1.0, 2.0, 3.0, 4.0])
    assert (certified_radius(H1, delta1, s, c, x, upper=upper).radius <= upper).all()


def test_an_upper_bound_below_the_least_perturbation_is_certified_itself():
    H1, delta1, s, c, x = random_network(4, 30, 10)
    x = x[gap(H1, delta1, s, c, x) > 0]
    full = certified_radius(H1, delta1, s, c, x, upper=np.full(len(x), 2.0))
    half = certified_radius(H1, delta1, s, c, x, upper=0.5 * full.radius)
    np.testing.assert_allclose(half.radius, 0.5 * full.radius, rtol=2e-3)


@pytest.mark.parametrize("factor", [1e-20, 1e20])
def test_the_radius_scales_with_the_units_of_the_input_and_not_of_the_gap(factor):
    H1, delta1, s, c, x = random_network(3, 15, 11)
    base = certified_radius(H1, delta1, s, c, x, upper=np.ones(4))
    inputs = certified_radius(H1 / factor, delta1, s, c, x * factor, upper=np.full(4, factor))
    logits = certified_radius(H1, delta1, s * factor, c * factor, x, upper=np.ones(4))
    np.testing.assert_allclose(inputs.radius, factor * base.radius, rtol=1e-6)
    np.testing.assert_allclose(logits.radius, base.radius, rtol=1e-6)


def test_dead_neurons_change_nothing():
    H1, delta1, s, c, x = random_network(3, 12, 12)
    with_dead = (
        np.vstack([H1, np.zeros((2, 3))]),
        np.append(delta1, [0.0, -1.0]),
        np.append(s, [2.0, 3.0]),
    )
    plain = certified_radius(H1, delta1, s, c, x, upper=np.ones(4))
    dead = certified_radius(*with_dead, c, x, upper=np.ones(4))
    np.testing.assert_allclose(dead.radius, plain.radius, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"H1": np.ones(3)}, "shapes must be H1"),
        ({"delta1": np.ones(3)}, "shapes must be H1"),
        ({"s": np.ones(3)}, "shapes must be H1"),
        ({"x": np.ones((4, 2))}, "shapes must be x"),
        ({"upper": np.ones(3)}, "shapes must be x"),
        ({"H1": np.full((5, 3), np.nan)}, "weights are not finite"),
        ({"c": np.inf}, "weights are not finite"),
        ({"H1": np.zeros((5, 3))}, "network is constant"),
        ({"s": np.zeros(5)}, "network is constant"),
        ({"s": np.full(5, 1e60)}, "in magnitude"),
        ({"x": np.full((4, 3), np.nan)}, "points are not finite"),
        ({"upper": np.array([1.0, np.nan, 1.0, 1.0])}, "upper holds norms"),
        ({"upper": np.array([1.0, -1.0, 1.0, 1.0])}, "upper holds norms"),
        ({"enough": 0.0}, "enough is a part"),
        ({"max_nodes": 0}, "at least one region"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change, message):
    H1, delta1, s, c, x = random_network(3, 5, 13)
    arguments = {"H1": H1, "delta1": delta1, "s": s, "c": c, "x": x, "upper": np.ones(4), **change}
    with pytest.raises(InputError, match=message):
        certified_radius(**arguments)
