import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from fcflow.errors import InputError
from fcflow.networks.opened.factory import open_factory

SOURCE = """
from torch import nn

def small():
    return nn.Sequential(nn.Flatten(), nn.Linear(12, 3))

def wrong():
    raise KeyError("no such layer")

def text():
    return "a network"

class Wide(nn.Sequential):
    def forward(self, x):
        return super().forward(x).repeat(1, len(x))

def wide():
    return Wide(nn.Flatten(), nn.Linear(12, 3))

class Single(nn.Sequential):
    def forward(self, x):
        if len(x) > 1:
            raise ValueError("one at a time")
        return super().forward(x)

def single():
    return Single(nn.Flatten(), nn.Linear(12, 3))

class Flat(nn.Sequential):
    def forward(self, x):
        return super().forward(x.detach())

def flat():
    return Flat(nn.Flatten(), nn.Linear(12, 3))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_models.py").write_text(SOURCE, encoding="utf-8")
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 3))
    save_file(network.state_dict(), tmp_path / "small.safetensors")
    return network


def test_a_factorys_network_has_the_weights_of_the_checkpoint_behind_its_normalisation(folder):
    options = {"weights": "small.safetensors", "mean": [0.1, 0.2, 0.3], "std": 0.5}
    opened = open_factory("my_models.py:small", (3, 2, 2), **options)
    x = torch.rand(4, 3, 2, 2)
    mean = torch.tensor([0.1, 0.2, 0.3])[:, None, None]
    assert torch.allclose(opened.model(x), folder((x - mean) / 0.5), atol=1e-6)
    assert not opened.model.training
    again = open_factory("my_models.py:small", (3, 2, 2), sha256=opened.sha256, **options)
    assert again.sha256 == opened.sha256


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("my_models.py:wrong", "my_models.py:wrong failed (my_models.py, line 8): KeyError"),
        ("my_models.py:text", "my_models.py:text: must return a torch module, got str"),
        ("my_models.py:wide", "got [1, 3] for one and [2, 6] for two"),
        ("my_models.py:single", "fails at an input of 3×2×2: ValueError: one at a time"),
        ("my_models.py:flat", "fails at an input of 3×2×2: RuntimeError"),
        ("my_models.py:large", "my_models.py defines no large"),
    ],
)
def test_a_factory_that_fails_is_told_in_a_line(folder, name, told):
    with pytest.raises(InputError) as caught:
        open_factory(name, (3, 2, 2))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_weights_that_do_not_fit_or_are_not_finite_are_told(folder, tmp_path):
    tensors = folder.state_dict()
    tensors["1.bias"][1] = torch.inf
    save_file(tensors, tmp_path / "small.safetensors")
    with pytest.raises(InputError, match=r"^small\.safetensors: .* is not finite in 1\.bias"):
        open_factory("my_models.py:small", (3, 2, 2), weights="small.safetensors")
    torch.save(folder, tmp_path / "whole.pt")
    with pytest.raises(InputError, match="holds more than tensors, such as code"):
        open_factory("my_models.py:small", (3, 2, 2), weights="whole.pt")


def test_weights_that_a_factory_draws_are_the_same_in_every_step(folder):
    state = torch.get_rng_state()
    first, again = (open_factory("my_models.py:small", (3, 2, 2)).model for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    x = torch.ones(1, 3, 2, 2)
    assert torch.equal(first(x), again(x))
