import numpy as np
import pytest
from scipy import optimize

from fcflow.errors import InputError
from fcflow.theory.probing_attack import attack_probes, outside_span


def drawn(n, d, seed=0):
    return np.random.default_rng(seed).standard_normal((3, n, d))


@pytest.mark.parametrize("d", [2, 3, 50])
def test_the_bound_is_attained_within_the_span_and_the_outputs_meet(d):
    p_i, p_j, x = drawn(30, d)
    attack = attack_probes(p_i, p_j, x)
    np.testing.assert_allclose(attack.norm, attack.bound)
    assert (attack.bound <= attack.projection_norm * (1 + 1e-12)).all()
    assert (outside_span(attack, p_i, p_j) < 1e-12).all()
    moved = x + attack.delta
    np.testing.assert_allclose((p_i * moved).sum(axis=1), (p_j * moved).sum(axis=1), atol=1e-10)


def test_the_factor_and_coordinates_are_those_of_the_plain_qr_decomposition():
    p_i, p_j, x = drawn(10, 6)
    attack = attack_probes(p_i, p_j, x)
    for k in range(10):
        Q, R = np.linalg.qr(np.stack([p_i[k], p_j[k]], axis=1))
        signs = np.sign(np.diag(R))
        np.testing.assert_allclose(attack.R[k], R * signs[:, None], atol=1e-12)
        np.testing.assert_allclose(attack.a[k], (Q * signs).T @ x[k], atol=1e-12)


def test_no_smaller_perturbation_makes_the_outputs_meet():
    p_i, p_j, x = (vectors[0] for vectors in drawn(1, 4, seed=2))
    gap = {"type": "eq", "fun": lambda delta: (p_i - p_j) @ (x + delta)}
    least = optimize.minimize(lambda delta: delta @ delta, np.ones(4), constraints=gap, tol=1e-14)
    assert np.sqrt(least.fun) == pytest.approx(
        attack_probes(p_i[None], p_j[None], x[None]).norm[0], rel=1e-6
    )


def test_one_dimension_and_parallel_probes_are_refused():
    with pytest.raises(InputError, match="d ≥ 2"):
        attack_probes(*np.ones((3, 4, 1)))
    with pytest.raises(InputError, match="parallel"):
        attack_probes([[1.0, 2.0]], [[2.0, 4.0]], [[0.0, 1.0]])
    with pytest.raises(InputError, match="parallel"):
        attack_probes([[0.0, 0.0]], [[2.0, 4.0]], [[0.0, 1.0]])
