"""Networks of timm and torchvision, with checkpoints and with the weights that are shipped."""

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torchvision import models

from fcflow.data.imagenet import read_pixels, shipped_images
from fcflow.errors import InputError
from fcflow.networks.imagenet import load_classifier, model_card
from fcflow.networks.opened.ready import check_finite, ready
from fcflow.networks.opened.timm_network import open_timm
from fcflow.networks.opened.torchvision_network import open_torchvision

timm = pytest.importorskip("timm")
SHIPPED = "tf_efficientnet_lite0"


def test_shipped_weights_are_those_of_the_experiment_on_imagenet():
    options = {"size": 96, "crop": 0.875, "interpolation": "bicubic"}
    pixels = [read_pixels(image.path, **options) for image in shipped_images()[:2]]
    x = torch.stack([torch.from_numpy(one) for one in pixels]).float() / 255
    opened = open_timm(SHIPPED, (3, 96, 96), weights="shipped")
    model, digest = load_classifier(model_card(SHIPPED), "shipped")
    assert torch.allclose(opened.model(x), model(x), atol=1e-4)
    assert opened.sha256 == digest


def test_a_vision_transformer_of_another_size_with_a_checkpoint_is_timms_own(tmp_path):
    torch.manual_seed(0)
    made = timm.create_model("test_vit", num_classes=5, img_size=(32, 32)).eval()
    save_file(made.state_dict(), tmp_path / "vit.safetensors")
    opened = open_timm(
        *("test_vit", (3, 32, 32)), weights=str(tmp_path / "vit.safetensors"), classes=5,
        mean=0.5, std=0.25,
    )  # fmt: skip
    x = torch.rand(2, 3, 32, 32)
    assert torch.allclose(opened.model(x), made((x - 0.5) / 0.25), atol=1e-5)


def test_a_checkpoint_of_torchvision_is_matched_tensor_by_tensor(tmp_path):
    made = models.get_model("squeezenet1_1", weights=None, num_classes=4).eval()
    tensors = made.state_dict()
    save_file(tensors, tmp_path / "a.safetensors")
    options = {"weights": str(tmp_path / "a.safetensors"), "classes": 4, "mean": 0, "std": 1}
    opened = open_torchvision("squeezenet1_1", (3, 64, 64), **options)
    x = torch.rand(2, 3, 64, 64)
    assert torch.allclose(opened.model(x), made(x), atol=1e-5)

    first, *others = tensors
    wrong = {name: tensors[name] for name in others} | {"more": torch.zeros(1)}
    wrong["classifier.1.bias"] = torch.zeros(7)
    save_file(wrong, tmp_path / "a.safetensors")
    with pytest.raises(InputError) as caught:
        open_torchvision("squeezenet1_1", (3, 64, 64), **options)
    told = str(caught.value)
    assert f"lacks {first}" in told
    assert "has more that SqueezeNet does not" in told
    assert "has shapes classifier.1.bias [7] for [4]" in told
    assert "\n" not in told


@pytest.mark.parametrize("opening", [open_timm, open_torchvision])
def test_names_that_are_not_known_are_told_with_the_nearest(opening):
    with pytest.raises(InputError, match=r"no (model|classifier) 'resnet81'.*did you mean"):
        opening("resnet81", (3, 64, 64), weights="a.safetensors")


def test_weights_that_are_not_finite_are_told():
    network = nn.Linear(3, 2)
    network.weight.data[0, 0] = torch.nan
    with pytest.raises(InputError, match=r"^net\.py:f: its weights are not finite in weight;"):
        check_finite(network, "net.py:f")


@pytest.mark.parametrize(
    ("network", "told"),
    [
        (nn.Linear(4, 2), "fails at an input of 3: RuntimeError"),
        (nn.Linear(3, 1), r"at least two classes for inputs \[n, 3\], got \[1, 1\]"),
        (nn.Unflatten(1, (1, 3)), r"got \[1, 1, 3\] for one"),
    ],
)
def test_a_network_that_does_not_fit_its_inputs_is_told(network, told):
    with pytest.raises(InputError, match=told) as caught:
        ready(network, (3,), source="net.py:f")
    assert str(caught.value).startswith("net.py:f: ")
    assert "\n" not in str(caught.value)
