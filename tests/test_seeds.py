import numpy as np

from fcflow.seeds import Stream, generator, run_seed


def test_seeds_are_the_same_on_every_machine():
    # Written down once: a change of these numbers changes every result.
    assert run_seed(20240616, "linear", "table1", 12, 0) == 3376867138182288761
    assert generator(1, Stream.MATRIX).integers(0, 2**31, 3).tolist() == [
        1016164991,
        1099128569,
        1621709875,
    ]


def test_seeds_tell_places_apart_that_concatenate_to_the_same_text():
    assert run_seed(0, "a", 11) != run_seed(0, "a1", 1)
    assert run_seed(0, "ab", "c") != run_seed(0, "a", "bc")


def test_seeds_fit_into_a_signed_64_bit_column():
    assert all(0 <= run_seed(0, k) < 2**63 for k in range(1000))


def test_streams_of_one_run_are_independent():
    draws = np.array([generator(7, stream).standard_normal(2000) for stream in Stream])
    correlations = np.corrcoef(draws)[~np.eye(len(Stream), dtype=bool)]
    assert np.abs(correlations).max() < 0.12
