"""Attacked networks and their points: trained once, and kept in a folder outside git."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import foolbox
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from benchmarks.peers import data
from benchmarks.peers.networks import TRAINED, Kind
from fcflow.networks.imagenet import load_classifier, model_card

FOLDER = Path(".bench")
PHOTOGRAPHS = "EfficientNet-Lite0"
_PHOTOGRAPHS_ATTACKED = 6
_BATCH = 64
# Adversarial training: gradients a batch, and how far each moves it, in radii.
_ASCENT_STEPS, _STEP = 5, 0.4


class Case(NamedTuple):
    """A classifier, and points that it puts into their own class.

    Attributes
    ----------
    model : torch module in evaluation mode
    x : float32 [n, ...]
        In [0, 1].
    y : int64 [n]
    key : str
        Changes where the weights or the points do.
    """

    model: nn.Module
    x: Tensor
    y: Tensor
    key: str


NAMES = (*TRAINED, PHOTOGRAPHS)


def case(name: str, folder: Path = FOLDER) -> Case:
    """Return one of ``NAMES``, trained now unless ``folder`` holds it."""
    if name == PHOTOGRAPHS:
        model, x, y, points = *_photographs(), _PHOTOGRAPHS_ATTACKED
    else:
        kind = TRAINED[name]
        given = kind.data()
        model, x, y, points = _network(name, kind, given, folder), *given[2:], kind.points

    with torch.no_grad():
        correct = torch.cat([model(part) for part in x[:400].split(50)]).argmax(dim=1) == y[:400]
    rows = torch.nonzero(correct)[:points, 0]
    assert len(rows) == points, f"{name}: only {len(rows)} points are classified correctly"
    # One layout for all: FMN of adversarial-library writes into a view that others do not have.
    x, y = x[rows].contiguous(), y[rows]
    return Case(model, x, y, _digest(*model.state_dict().values(), x, y))


def _digest(*tensors: Tensor) -> str:
    digest = hashlib.sha256()
    for tensor in tensors:
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()[:12]


def _photographs() -> tuple[nn.Module, Tensor, Tensor]:
    """Return EfficientNet-Lite0 and Foolbox's twenty photographs of ImageNet, the last first."""
    model, _ = load_classifier(model_card("tf_efficientnet_lite0"), "shipped")
    wrapped = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
    x, y = foolbox.samples(wrapped, dataset="imagenet", batchsize=20)
    return model, x.flip(0), y.flip(0)


def _network(name: str, kind: Kind, given: data.Data, folder: Path) -> nn.Module:
    torch.manual_seed(0)
    model = kind.build()
    training = [kind.epochs, kind.learning_rate, kind.radius, _STEP, _BATCH, _ASCENT_STEPS]
    layers = hashlib.sha256(f"{model} {training}".encode()).hexdigest()[:12]
    start = _digest(*model.state_dict().values(), *given)
    file = folder / "networks" / f"{name}-{layers}-{start}.safetensors"

    if file.exists():
        model.load_state_dict(load_file(file))
    else:
        _train(model, kind, given)
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file(model.state_dict(), file)
    return model.eval().requires_grad_(False)


def _train(model: nn.Module, kind: Kind, given: data.Data) -> None:
    model.train()
    optimiser = torch.optim.Adam(model.parameters(), kind.learning_rate)
    steps = kind.epochs * (len(given.train_x) // _BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, kind.learning_rate, steps)
    for _ in range(kind.epochs):
        for batch in torch.randperm(len(given.train_x)).split(_BATCH):
            x, y = given.train_x[batch], given.train_y[batch]
            moved = _raised(model, x, y, kind.radius) if kind.radius else x
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(moved), y).backward()
            optimiser.step()
            schedule.step()


def _raised(model: nn.Module, x: Tensor, y: Tensor, radius: float) -> Tensor:
    """Return points of the ball around each x, in [0, 1], at which the loss is higher."""
    delta = torch.zeros_like(x)
    column = (-1, *[1] * (x.ndim - 1))
    for _ in range(_ASCENT_STEPS):
        point = (x + delta).requires_grad_()
        (gradient,) = torch.autograd.grad(nn.functional.cross_entropy(model(point), y), point)
        length = gradient.flatten(1).norm(dim=1).clamp(min=1e-12).reshape(column)
        delta += _STEP * radius * gradient / length
        delta *= (radius / delta.flatten(1).norm(dim=1).clamp(min=radius)).reshape(column)
        delta = (x + delta).clamp(0, 1) - x
    return x + delta
