"""A small network that knows the shipped images by heart, as a file; folders of these images."""

import shutil

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import save_file

from fcflow.data.imagenet import read_pixels, shipped_images
from fcflow.networks.imagenet import PixelClassifier, model_card

MODEL, SIZE, CROP = "test_efficientnet", 64, 0.875


@pytest.fixture(scope="session")
def small_weights(tmp_path_factory):
    """Return a checkpoint of random features, its last layer fitted to the images."""
    torch.manual_seed(0)
    network = timm.create_model(MODEL).eval().requires_grad_(False)
    card = model_card(MODEL)
    images = shipped_images()
    pixels = [
        read_pixels(image.path, size=SIZE, crop=CROP, interpolation=card.interpolation)
        for image in images
    ]
    x = torch.from_numpy(np.stack(pixels)).float() / 255
    layer = network.get_classifier()
    network.reset_classifier(0)
    features = PixelClassifier(network, card.mean, card.std).eval()(x).double()
    centre = features.mean(dim=0)
    wanted = torch.zeros(len(images), 1000, dtype=torch.float64)
    wanted[range(len(images)), [image.label for image in images]] = 10.0
    weight = torch.linalg.pinv(features - centre) @ (wanted - wanted.mean(dim=0))
    layer.weight.copy_(weight.T.float())
    layer.bias.copy_((wanted.mean(dim=0) - centre @ weight).float())
    whole = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    whole |= {
        f"classifier.{name}": tensor.contiguous() for name, tensor in layer.state_dict().items()
    }
    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    save_file(whole, path)
    return path


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Return two folders: one of a single class by its name, one with a file of labels."""
    root = tmp_path_factory.mktemp("images")
    (root / "jeeps").mkdir()
    (root / "others").mkdir()
    lines = ["file,class"]
    for image in shipped_images()[:10]:
        place = root / ("jeeps" if image.label == 609 else "others")
        shutil.copy(image.path, place)
        if image.label != 609:
            lines.append(f"{image.path.name},{image.label}")
    (root / "others" / "labels.csv").write_text("\n".join(lines) + "\n")
    return [
        {"folder": str(root / "jeeps"), "label": "jeep", "labels": None},
        {"folder": str(root / "others"), "label": None, "labels": "labels.csv"},
    ]
