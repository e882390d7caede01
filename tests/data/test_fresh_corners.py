import numpy as np
import pytest

from fcflow.data.fresh_corners import corner_key, fresh_corners
from fcflow.errors import InputError
from fcflow.seeds import Stream

MASK = 2**64 - 1


def splitmix64(state):
    """Return the first number of SplitMix64 from a state, in Python's whole numbers."""
    bits = (state + 0x9E3779B97F4A7C15) & MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & MASK
    return bits ^ (bits >> 31)


def test_the_generator_is_the_published_one():
    # The first numbers from the state 1234567, as the public domain code prints them.
    assert splitmix64(1234567) == 6457827717110365317
    assert splitmix64((1234567 + 0x9E3779B97F4A7C15) & MASK) == 3203168211198807973


@pytest.mark.parametrize("d", [1, 12, 64, 65, 130])
def test_corners_are_the_bits_of_their_numbers(d):
    key, words = np.uint64(1234567), -(-d // 64)
    for number, corner in enumerate(fresh_corners(key, 5, 3, d), start=5):
        states = [1234567 + (number * words + word) * 0x9E3779B97F4A7C15 for word in range(words)]
        bits = [splitmix64(state & MASK) for state in states]
        expected = [2 * ((bits[k // 64] >> (k % 64)) & 1) - 1 for k in range(d)]
        assert corner.tolist() == expected


def test_entries_are_balanced_and_do_not_depend_on_each_other():
    n, d = 40_000, 130
    z = fresh_corners(corner_key(3, Stream.FRESH_POINTS), 0, n, d)
    moments = z.T @ z / n - np.eye(d)
    # 8,450 products whose standard deviation is 1/√n: beyond five of them lies none by chance.
    assert abs(moments).max() < 5 / np.sqrt(n)
    assert abs(z.mean(axis=0)).max() < 5 / np.sqrt(n)
    # Nor do neighbours.
    assert abs((z[:-1] * z[1:]).mean()) < 5 / np.sqrt(n * d)


def test_training_and_held_out_points_have_nothing_in_common():
    trained, held_out = (
        {row.tobytes() for row in fresh_corners(corner_key(1, stream), 0, 5000, 64)}
        for stream in (Stream.FRESH_POINTS, Stream.HELD_OUT_POINTS)
    )
    assert len(trained) == len(held_out) == 5000
    assert not trained & held_out


def test_bad_sizes_are_refused():
    with pytest.raises(InputError, match="n ≥ 1"):
        fresh_corners(np.uint64(0), 0, 0, 3)
