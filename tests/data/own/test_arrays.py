import numpy as np
import pytest

from fcflow.data.own.arrays import read_npz
from fcflow.errors import InputError

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("shape", "read_as"),
    [
        ((4, 5, 6), (4, 1, 5, 6)),
        ((4, 5, 6, 3), (4, 3, 5, 6)),
        ((4, 3, 5, 6), (4, 3, 5, 6)),
        ((4, 1, 5, 3), (4, 1, 5, 3)),
    ],
)
def test_pictures_have_their_channels_first(shape, read_as, tmp_path):
    x = RNG.integers(0, 256, shape, dtype=np.uint8)
    np.savez(tmp_path / "a.npz", x=x, y=[0, 1, 1, 2])
    read = read_npz(tmp_path / "a.npz")
    assert read.inputs.shape == read_as
    assert sorted(read.inputs.ravel()) == sorted(x.ravel())
    assert read.classes == ("0", "1", "2")


def test_floats_are_taken_as_they_are_and_rows_that_are_not_finite_left_out(tmp_path):
    x = RNG.normal(size=(4, 7))
    x[2, 3] = np.nan
    np.savez(tmp_path / "a.npz", x=x, y=np.array(["b", "a", "a", "b"]))
    read = read_npz(tmp_path / "a.npz")
    assert read.inputs.dtype == np.float32
    assert (read.inputs == x[[0, 1, 3]].astype(np.float32)).all()
    assert (read.classes, read.labels.tolist()) == (("a", "b"), [1, 0, 1])
    assert read.lines == ["skipped 1: row 2: is not finite"]


def test_names_of_classes_stand_for_numbers(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((2, 3)), y=[0, 2], classes=["cat", "dog", "cow"])
    assert read_npz(tmp_path / "a.npz").classes == ("cat", "dog", "cow")


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"x": np.zeros((2, 3))}, "lacks the array y"),
        ({"x": np.zeros((2, 3)), "y": [0, 1, 1]}, r"got \[2, 3\] and \[3\]"),
        ({"x": np.zeros((2, 3)), "y": [1, 1]}, "fewer than two classes"),
        ({"x": np.zeros((2, 3)), "y": [0.5, 1]}, "whole numbers from 0"),
        ({"x": np.zeros((2, 3)), "y": [0, 10**9]}, "has the label 1000000000; number the classes"),
        ({"x": np.array([["a"], ["b"]]), "y": [0, 1]}, "x must hold numbers"),
        ({"x": np.array([[{}], [{}]]), "y": [0, 1]}, "cannot be read as arrays"),
        ({"x": np.zeros((2, 3)), "y": [0, 2], "classes": ["a"]}, "at least 3 classes"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(arrays, told, tmp_path):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=told) as caught:
        read_npz(tmp_path / "a.npz")
    assert str(tmp_path / "a.npz") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_no_archive_is_told(tmp_path):
    with pytest.raises(InputError, match="is missing"):
        read_npz(tmp_path / "a.npz")
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(InputError, match="cannot be read as arrays"):
        read_npz(tmp_path / "a.npz")
