import math

import numpy as np
import pytest
import torch
from scipy import stats

from fcflow.errors import InputError
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.training.reference import plain_affine_module


def test_affine_map_is_what_the_layers_compute():
    network = initial_affine_network(d=5, hidden=40, seed=3, dtype=np.float64)
    W, b = network.affine_map()
    x = np.random.default_rng(0).standard_normal((7, 5))
    logits = plain_affine_module(network)(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(x @ W.T + b, logits, rtol=1e-12, atol=1e-14)


def test_initial_weights_have_the_distribution_of_pytorchs_linear_layers():
    ours = initial_affine_network(d=12, hidden=3000, seed=1).arrays()
    torch.manual_seed(0)
    theirs = [torch.nn.Linear(12, 3000), torch.nn.Linear(3000, 2)]
    layers = [p.detach().numpy().ravel() for layer in theirs for p in layer.parameters()]
    for ours_flat, theirs_flat in zip((a.ravel() for a in ours.values()), layers, strict=True):
        assert ours_flat.size == theirs_flat.size
        if ours_flat.size > 2:
            assert stats.ks_2samp(ours_flat, theirs_flat).pvalue > 1e-3
            assert np.abs(ours_flat).max() <= np.abs(theirs_flat).max() * 1.01
    assert np.abs(ours["delta2"]).max() <= 1 / math.sqrt(3000)


def test_float32_and_float64_networks_of_one_seed_agree_to_rounding():
    single, double = (
        initial_affine_network(3, 9, seed=5, dtype=dtype) for dtype in (np.float32, np.float64)
    )
    np.testing.assert_array_equal(single.H1, double.H1.astype(np.float32))


def test_layers_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="do not fit"):
        AffineNetwork(np.zeros((4, 2)), np.zeros(3), np.zeros((2, 4)), np.zeros(2))


@pytest.mark.parametrize(("d", "hidden"), [(0, 3), (3, 0), (-1, 3)])
def test_a_network_without_inputs_or_hidden_units_is_refused(d, hidden):
    with pytest.raises(InputError, match="≥ 1"):
        initial_affine_network(d, hidden, seed=0)
