import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcflow.data.mnist import Digits, read_digits
from fcflow.data.split import split_images
from fcflow.errors import InputError


@pytest.fixture(scope="module")
def digits():
    return read_digits("mnist5k", "unused")


def of(labels, test=None):
    every = np.ones(len(labels), dtype=bool)
    pixels = np.zeros((len(labels), 28, 28), np.uint8)
    return Digits(pixels, np.asarray(labels), *((every, every) if test is None else (test, ~test)))


def test_the_split_is_the_same_every_time_and_another_for_another_seed(digits):
    first, again, other = (
        split_images(digits, train=3750, test=1250, seed=seed) for seed in (1, 1, 2)
    )
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_every_class_has_its_share_of_the_split(digits):
    parts = split_images(digits, train=3750, test=1250, seed=0)
    assert np.bincount(digits.labels[parts == "train"]).tolist() == [375] * 10
    assert np.bincount(digits.labels[parts == "test"]).tolist() == [125] * 10


@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_draws_are_stratified_to_within_one_image_and_disjoint(sizes, shares):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    test = int(shares[0] * labels.size)
    train = int(shares[1] * (labels.size - test))
    parts = split_images(of(labels), train=train, test=test, seed=3)
    assert (parts == "test").sum() == test
    assert (parts == "train").sum() == train
    for c, size in enumerate(sizes):
        tested = ((labels == c) & (parts == "test")).sum()
        assert abs(tested - test * size / labels.size) < 1
        if train:
            trained = ((labels == c) & (parts == "train")).sum()
            assert abs(trained - train * (size - tested) / (labels.size - test)) < 1


def test_an_official_test_set_is_never_trained_on():
    test = np.arange(40) >= 30
    parts = split_images(of(np.arange(40) % 2, test), train=20, test=6, seed=0)
    assert set(parts[~test]) == {"train", "unused"}
    assert set(parts[test]) == {"test", "unused"}


def test_asking_for_more_images_than_there_are_is_refused():
    with pytest.raises(
        InputError, match="train_images: there are 4 images to draw from, 5 were asked for"
    ):
        split_images(of([0, 1] * 3), train=5, test=2, seed=0)
