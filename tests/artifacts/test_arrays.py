import pickle

import numpy as np
import pytest

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.errors import ArtifactError


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "weights.safetensors"
    write_arrays(
        {"H1": np.arange(6.0, dtype=np.float32).reshape(2, 3), "H2": np.ones((0, 4))}, file
    )
    return file


def test_what_is_written_is_read(path):
    arrays = read_arrays(path, ("H1", "H2"), producer="train")
    np.testing.assert_array_equal(arrays["H1"], np.arange(6.0).reshape(2, 3))
    assert arrays["H1"].dtype == np.float32
    assert arrays["H2"].shape == (0, 4)


def test_strided_arrays_are_written_as_they_look(tmp_path):
    array = np.arange(12.0).reshape(3, 4)[:, ::2]
    write_arrays({"x": array}, tmp_path / "a.safetensors")
    np.testing.assert_array_equal(
        read_arrays(tmp_path / "a.safetensors", ["x"], producer="p")["x"], array
    )


def test_arrays_that_are_not_finite_are_not_written(tmp_path):
    with pytest.raises(ArtifactError, match="'W' would hold values that are not finite"):
        write_arrays({"W": np.array([1.0, np.nan])}, tmp_path / "a.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_weights_file_is_told_with_the_step_that_makes_it(tmp_path):
    with pytest.raises(
        ArtifactError, match=r"w\.safetensors: is missing; .* the step train_affine makes it"
    ):
        read_arrays(tmp_path / "w.safetensors", ["W"], producer="train_affine")


@pytest.mark.parametrize("length", [0, 5, 40, -1])
def test_a_truncated_file_is_told(path, length):
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ArtifactError, match="cannot be read as safetensors"):
        read_arrays(path, ("H1", "H2"), producer="train")


def test_a_pickle_is_refused_and_not_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    (tmp_path / "w.safetensors").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ArtifactError, match="cannot be read as safetensors"):
        read_arrays(tmp_path / "w.safetensors", ["W"], producer="train")
    assert not (tmp_path / "ran").exists()


def test_other_arrays_are_refused(path):
    with pytest.raises(
        ArtifactError, match=r"holds the arrays \['H1', 'H2'\] where \['W'\] are expected"
    ):
        read_arrays(path, ["W"], producer="train")
