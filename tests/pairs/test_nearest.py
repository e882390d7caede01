import numpy as np
import pytest

from fcflow.errors import InputError
from fcflow.pairs.nearest import class_pairs, nearest_pairs, squared_distances


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_pairs_are_those_of_brute_force(dtype):
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 256, (30, 2, 3, 3)).astype(dtype)
    labels = rng.integers(0, 4, 30)
    usable = rng.random(30) < 0.8
    flat = inputs.reshape(30, -1).astype(np.float64)
    expected = []
    for i in np.flatnonzero(usable):
        others = [j for j in np.flatnonzero(usable) if labels[j] != labels[i]]
        expected.append([i, min(others, key=lambda j: (np.linalg.norm(flat[i] - flat[j]), j))])
    assert nearest_pairs(inputs, labels, usable).tolist() == expected
    assert nearest_pairs(inputs, labels, usable, most=3).tolist() == expected[:3]


def test_whole_numbers_have_exact_distances():
    rng = np.random.default_rng(1)
    inputs = rng.integers(0, 256, (6, 3, 64, 64), dtype=np.uint8)
    rows = np.arange(6)
    flat = inputs.reshape(6, -1).astype(object)
    exact = [[int(((a - b) ** 2).sum()) for b in flat] for a in flat]
    assert squared_distances(inputs, rows, rows).tolist() == exact


def test_pairs_of_two_classes_hold_only_these():
    inputs = np.arange(8.0)[:, None]
    labels = np.array([0, 1, 2, 0, 1, 2, 0, 1])
    pairs = class_pairs(inputs, labels, source=2, target=0)
    assert pairs.tolist() == [[2, 3], [5, 6]]


def test_without_two_classes_there_is_no_pair():
    inputs, labels = np.arange(3.0)[:, None], np.array([0, 1, 1])
    assert nearest_pairs(inputs, labels, np.array([False, True, True])).shape == (0, 2)
    with pytest.raises(InputError, match="as many, got 3, 2 and 3"):
        nearest_pairs(inputs, labels[:2])
