import huggingface_hub.constants
import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.gradients.gap import gap_gradient
from fcflow.networks.imagenet import PixelClassifier, load_classifier, model_card


@pytest.fixture(scope="module")
def lite0():
    model, _ = load_classifier(model_card("tf_efficientnet_lite0"), "shipped")
    return model


def test_gradients_are_those_of_pixels():
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 2)).eval()
    model = PixelClassifier(network, mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 2.0)).eval()
    x, std = torch.rand(1, 3, 2, 2), torch.tensor([0.5, 0.25, 2.0])
    _, gradient = gap_gradient(model, x, torch.tensor([[0, 1]]))
    weight = network[1].weight
    expected = (weight[0] - weight[1]).reshape(3, 2, 2) / std[:, None, None]
    torch.testing.assert_close(gradient[0], expected.detach())
    normalised = (x - torch.tensor([0.1, 0.2, 0.3])[:, None, None]) / std[:, None, None]
    torch.testing.assert_close(model(x), network(normalised))


def test_single_precision_gradients_are_those_of_double_precision(lite0):
    x = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    pair = torch.tensor([[243, 251]])
    _, single = gap_gradient(lite0, x, pair)
    double, _ = load_classifier(model_card("tf_efficientnet_lite0"), "shipped")
    _, exact = gap_gradient(double.double(), x.double(), pair)
    assert float((single - exact).norm() / exact.norm()) < 1e-4


def test_the_loaded_network_is_frozen_and_in_evaluation_mode(lite0):
    assert not any(parameter.requires_grad for parameter in lite0.parameters())
    assert not any(part.training for part in lite0.modules())


def test_a_card_holds_the_classes_of_its_model():
    card = model_card("inception_resnet_v2")
    assert card.descriptions[217].startswith("English springer")
    assert card.synsets[160] == "n02088094"
    assert card.mean == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("resnet5O", "did you mean 'resnet50'"),
        ("vit_base_patch16_clip_224.openai", "not known to be ImageNet's"),
    ],
)
def test_a_model_that_cannot_be_used_is_told(name, message):
    with pytest.raises(InputError, match=message):
        model_card(name)


def test_shipped_weights_are_for_one_model_alone():
    with pytest.raises(
        InputError, match="those of tf_efficientnet_lite0 alone; for resnet18 set weights to hub"
    ):
        load_classifier(model_card("resnet18"), "shipped")


def test_without_a_connection_it_is_told_what_to_put_where(monkeypatch, tmp_path):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    message = (
        r"^model\.safetensors of timm/test_resnet\.r160_in1k could not be downloaded "
        r".*copy that file"
    )
    with pytest.raises(InputError, match=message) as error:
        load_classifier(model_card("test_resnet"), "hub")
    assert "\n" not in str(error.value)
