import numpy as np
import pytest
from scipy import stats

from fcflow.errors import InputError
from fcflow.theory.gaussian_products import triangular_factor
from fcflow.theory.generative_layers import (
    attack_layers,
    attack_norm,
    generator_layers,
    layer_widths,
    trailing_products,
)
from fcflow.theory.interpolation_attack import attack_interpolation

SETTINGS = [(6, 1, 1.0), (6, 3, 1.0), (8, 1, 1.5), (8, 2, 1.5), (2, 2, 2.0)]


def drawn(widths, seed=0):
    draw = np.random.default_rng(seed)
    return generator_layers(widths, lambda number, shape: draw.standard_normal(shape))


def attacked(d, layers, widening, seed=0):
    return attack_layers(drawn(layer_widths(d, layers, widening), seed))


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_block_is_the_end_of_the_plain_decomposition_of_the_points(setting):
    attack = attacked(*setting)
    np.testing.assert_allclose(attack.T, triangular_factor(attack.X)[-2:, -2:], rtol=1e-6)
    assert np.linalg.norm(attack.e) == pytest.approx(attack_norm(attack.T))


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_interpolating_network_is_flipped(setting):
    attack = attacked(*setting)
    np.testing.assert_allclose(attack.outputs[-2:], [1.0, 0.0], atol=1e-6)
    network = np.linalg.pinv(attack.X)
    np.testing.assert_allclose(network @ attack.X, np.eye(setting[0]), atol=1e-6)
    np.testing.assert_allclose(
        network @ (attack.X[:, -1] + attack.e), attack.outputs, rtol=1e-4, atol=1e-5
    )


def test_without_generator_layers_it_is_theorem_1():
    X = np.random.default_rng(3).standard_normal((5, 5))
    attack = attack_interpolation(X[None])
    np.testing.assert_allclose(attack_layers([X]).e, attack.e[0], rtol=1e-9)


@pytest.mark.parametrize("setting", [(12, 1, 1.0), (12, 3, 1.0), (12, 2, 1.5)])
def test_the_law_by_lemma_3_is_that_of_whole_networks(setting):
    made = [attack_norm(attacked(*setting, seed).T) for seed in range(600)]
    law = attack_norm(trailing_products(layer_widths(*setting), 20_000, np.random.default_rng(1)))
    assert stats.ks_2samp(made, law).pvalue > 1e-3
    d, *widths = layer_widths(*setting)
    wrong = attack_norm(
        trailing_products([d, *(width + 4 for width in widths)], 20_000, np.random.default_rng(1))
    )
    assert stats.ks_2samp(made, wrong).pvalue < 1e-6


def test_layers_have_variance_one_over_their_width():
    _, G = drawn([40, 60])
    assert G.shape == (60, 40)
    assert 60 * (G**2).mean() == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("bad", [(1, 1, 1.0), (4, 0, 1.0), (4, 1, 0.5)])
def test_layers_that_narrow_or_do_not_exist_are_refused(bad):
    with pytest.raises(InputError, match="generator layers need"):
        layer_widths(*bad)
    with pytest.raises(InputError, match="must not fall"):
        drawn([4, 3])
