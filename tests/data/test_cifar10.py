import hashlib
import pickle
from functools import partial

import numpy as np
import pytest

from fcflow.data.cifar10 import read_cifar10
from fcflow.errors import ArtifactError


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Lay out files in CIFAR-10's format, make their checksums the published ones; no network."""
    from torchvision.datasets import CIFAR10

    folder = tmp_path / CIFAR10.base_folder
    folder.mkdir()
    draw = np.random.default_rng(0)

    def save(name, content):
        (folder / name).write_bytes(pickle.dumps(content))
        return hashlib.md5((folder / name).read_bytes()).hexdigest()  # noqa: S324

    parts = {name: draw.integers(0, 256, (3, 3072), dtype=np.uint8) for name in ("one", "test")}
    md5 = {name: save(name, {"data": data, "labels": [2, 0, 1]}) for name, data in parts.items()}
    names = save("batches.meta", {"label_names": ["airplane", "automobile", "bird"]})
    monkeypatch.setattr(CIFAR10, "train_list", [["one", md5["one"]]])
    monkeypatch.setattr(CIFAR10, "test_list", [["test", md5["test"]]])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": names})
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/cifar-10-python.tar.gz")
    return parts


def test_its_own_test_images_are_never_trained_on(published, tmp_path):
    images = read_cifar10(tmp_path)
    assert images.test.tolist() == [False] * 3 + [True] * 3
    assert images.train.tolist() == [True] * 3 + [False] * 3
    assert images.labels.tolist() == [2, 0, 1, 2, 0, 1]
    assert images.classes == ["airplane", "automobile", "bird"]
    for number, part, row in ((1, "one", 1), (3, "test", 0)):
        expected = published[part][row].reshape(3, 32, 32)
        np.testing.assert_array_equal(images.read(number), expected)


@pytest.mark.parametrize("damage", ["missing", "other content"])
def test_without_it_and_a_connection_one_line_says_what_to_put_where(published, tmp_path, damage):
    file = tmp_path / "cifar-10-batches-py" / "one"
    (file.unlink if damage == "missing" else partial(file.write_bytes, b"other"))()
    with pytest.raises(ArtifactError) as error:
        read_cifar10(tmp_path)
    message = str(error.value)
    assert message.startswith(f"{file.parent}: is missing or damaged and could not be downloaded")
    assert "put cifar-10-python.tar.gz from" in message
    assert message.endswith("or set vulnerability.networks.source: digits")
    assert "\n" not in message
