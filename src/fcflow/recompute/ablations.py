"""Studies of small networks: a network drawn and trained again from its seed, alone."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.data.coordinates import coordinates_to_test, draw_coordinates, fresh_batches
from fcflow.data.entries import draw_mixing_matrix
from fcflow.experiments.ablations.columns import NETWORKS, TRAINING
from fcflow.networks.relu import initial_relu_network
from fcflow.recompute.route import Comparison, Request, route
from fcflow.recompute.trained import Array, PlainRun, cosine, gap_gradient
from fcflow.seeds import Stream, generator

_STUDIES = {
    "ablations of data": ("entries", "points"),
    "ablations of training": ("training",),
    "ablations of architecture": ("depth", "width", "activation"),
    "ablations of robust training": ("robust",),
}
_ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "linear": nn.Identity,
}


@route("ablations/networks.parquet")
def small_networks(request: Request) -> Iterator[Comparison]:
    """Small networks trained alone, by PyTorch's layers and optimisers, from their seeds."""
    networks = read_table(request.results / "ablations" / "networks.parquet", NETWORKS)
    studies = _STUDIES.get(request.sample, tuple(networks["study"]))
    own = networks[networks["study"].isin(studies) & networks["finite"]]
    for row in request.few(own[own["step"] == own["steps"]]):
        folder = request.results / "ablations" / row.study
        options = dict(read_metadata(folder / "training.parquet")["config"])
        training = read_table(folder / "training.parquet", TRAINING)
        scale = float(training.loc[training["seed"] == row.seed, "column_scale"].iloc[0])
        A = draw_mixing_matrix(row.d, scale, row.seed, row.entries).A
        name = f"{row.study}, {row.activation}, {row.method}, run {row.run}, seed {row.seed}"
        phi = 1 / np.linalg.norm(np.linalg.inv(A)[-1]) / np.linalg.norm(A[:, -1])
        yield Comparison(name, "φ", row.phi, float(phi), 1e-9)
        model, *shaken = (_trained(row, A, options, sign).double() for sign in (0, 1, -1))
        run = PlainRun(row, name, A, None, model, shaken)  # type: ignore[arg-type]
        stored = {"|cos θ1|": row.cos_theta, "accuracy": row.accuracy}
        count = int(read_metadata(folder / "networks.parquet")["config"]["test_points"])
        probes = int(read_metadata(folder / "networks.parquet")["config"]["probed_points"])

        def measured(
            model: nn.Module, row: Any = row, A: Array = A, count: int = count, probes: int = probes
        ) -> dict[str, float]:
            return _measured(model, row, A, count, probes)

        yield from run.compare(name, stored, measured)


def _trained(row: Any, A: Array, options: Mapping[str, Any], sign: int) -> nn.Module:
    """Return the network after training, from weights one rounding above, below or as drawn."""
    drawn = initial_relu_network(row.d, row.hidden, row.depth, row.seed, np.float64)
    layers: list[nn.Module] = []
    for weight, bias in zip(drawn.weights, drawn.biases, strict=True):
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        for parameter, array in ((linear.weight, weight), (linear.bias, bias)):
            values = torch.tensor(array, dtype=torch.float32)
            parameter.data = values * (1 + sign * torch.finfo(torch.float32).eps)
        layers += [linear, _ACTIVATIONS[row.activation]()]
    model = nn.Sequential(*layers[:-1])
    rate, steps = options["learning_rate"], int(row.steps)
    decay = row.strength if row.method == "weight_decay" else 0.0
    size = row.strength * float(np.linalg.norm(A[:, -1]))
    update: Any
    if row.optimiser == "adam":
        update = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    else:
        update = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    batches = fresh_batches(steps, options["batch_size"], row.d, [row.points], [row.seed])
    for step, z in enumerate(batches):
        update.param_groups[0]["lr"] = rate * (1 - step / steps)
        x = torch.tensor(z[0], dtype=torch.float32) @ torch.tensor(A.T, dtype=torch.float32)
        update.zero_grad()
        _loss(model, x, torch.tensor(z[0, :, -1] < 0).long(), row.method, size).backward()
        update.step()
    return model.eval().requires_grad_(False)


def _loss(model: nn.Module, x: Tensor, y: Tensor, method: str, size: float) -> Tensor:
    """Return what a way of training minimises, of one network and batch."""
    if method == "adversarial":
        delta = torch.zeros_like(x)
        for _ in range(5):
            point = (x + delta).requires_grad_()
            logits = model(point)
            away = (logits.sum(1) - 2 * logits.gather(1, y[:, None])[:, 0]).sum()
            (gradient,) = torch.autograd.grad(away, point)
            delta = delta + 0.5 * size * functional.normalize(gradient, dim=1)
            length = delta.norm(dim=1, keepdim=True).clamp(min=1e-30)
            delta = delta * (size / length).clamp(max=1)
        return functional.cross_entropy(model(x + delta), y)
    point = x.clone().requires_grad_()
    each = functional.cross_entropy(model(point), y, reduction="none")
    if method not in ("penalty", "augmentation"):
        return each.mean()
    (gradient,) = torch.autograd.grad(each.sum(), point, create_graph=True)
    if method == "penalty":
        slope: Tensor = gradient.norm(dim=1)
        penalised: Tensor = each + size / 2 * slope
        return penalised.mean()
    shifted = x + size * functional.normalize(gradient.detach(), dim=1)
    return 0.5 * (each.mean() + functional.cross_entropy(model(shifted), y))


def _measured(model: nn.Module, row: Any, A: Array, count: int, probes: int) -> dict[str, float]:
    """Return accuracy on the tested points, and the mean |cos θ1| over those probed."""
    z = coordinates_to_test(count, row.d, row.points, row.seed)
    answers = model(torch.tensor(z @ A.T)).argmax(1).numpy()
    probed = draw_coordinates(probes, row.d, row.points, generator(row.seed, Stream.PROBED_POINTS))
    cosines = []
    for point in probed:
        x = A @ point
        logits = model(torch.tensor(x[None]))[0]
        if bool(logits.argmax() == int(point[-1] < 0)):
            cosines.append(abs(cosine(gap_gradient(model, x), A[:, -1])))
    return {
        "|cos θ1|": float(np.mean(cosines)) if cosines else np.nan,
        "accuracy": float(np.mean(answers == (z[:, -1] < 0))),
    }
