"""Least perturbations beside published attacks, on the hypercube's networks and without bounds."""

import time
import warnings
from collections.abc import Callable

import foolbox
import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from benchmarks.peers.measurement import counted
from benchmarks.peers.table import ratios
from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.training.relu import train_relu
from fcflow.training.schedule import shuffled_order

POINTS = 25
PUBLISHED: dict[str, Callable[[], foolbox.attacks.Attack]] = {
    "DDN": lambda: foolbox.attacks.DDNAttack(steps=1000),
    "Brendel-Bethge": lambda: foolbox.attacks.L2BrendelBethgeAttack(steps=1000),
    "DeepFool": lambda: foolbox.attacks.L2DeepFoolAttack(),
    "C&W": lambda: foolbox.attacks.L2CarliniWagnerAttack(steps=1000),
}
NETWORKS = {"depth 1, m 3000": (1, 3000), "depth 2, m 300": (2, 300), "depth 3, m 300": (3, 300)}


def hypercube_case(depth: int, hidden: int, seed: int) -> tuple[nn.Module, Tensor, Tensor]:
    """Return a trained ReLU network of d = 12, correctly classified points and their classes."""
    A = draw_matrix(12, 5.0, seed + 50)
    data = hypercube_points(A, sample=None, seed=seed)
    start = initial_relu_network(12, hidden, depth, seed)
    network = train_relu(
        start, data.x, data.sign, shuffled_order(len(data.x), 20, seed), batch_size=64
    )
    correct = np.flatnonzero(network.gap(data.x) * data.sign > 0)
    rows = np.sort(np.random.default_rng(seed).choice(correct, POINTS, replace=False))
    source = torch.from_numpy((data.sign[rows] < 0).astype(np.int64))
    return relu_module(network, torch.float32), torch.from_numpy(data.x[rows]).float(), source


def _published(name: str, model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    free = 2.0 * float(x.abs().max())
    wrapped = foolbox.PyTorchModel(model, bounds=(-free, free), device="cpu")
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002  Brendel-Bethge draws from it
    try:
        _, perturbed, _ = PUBLISHED[name]()(wrapped, x, y, epsilons=None)
    # A starting point was not found for some input: there is no result for any.
    except (AssertionError, ValueError):
        return x
    return perturbed


def _ours(name: str, model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return x + minimal_perturbation(model, x, y).delta


def _measured(name: str, cases: list[tuple[nn.Module, Tensor, Tensor]]) -> dict[str, object]:
    attack = _published if name in PUBLISHED else _ours
    lengths, gradients, forwards, seconds = [], 0, 0, 0.0
    for model, x, y in cases:
        start = time.perf_counter()
        with counted(model) as counts:
            perturbed = attack(name, model, x, y).detach()
        seconds += time.perf_counter() - start
        gradients, forwards = gradients + counts.gradients, forwards + counts.forwards
        flips = model(perturbed).argmax(dim=1) != y
        length = (perturbed.double() - x.double()).norm(dim=1)
        lengths.append(length.where(flips, torch.inf).detach().numpy())
    points = len(cases) * POINTS
    return {
        "length": np.concatenate(lengths),
        "gradients": gradients / points,
        "forwards": forwards / points,
        "ms_a_point": 1000 * seconds / points,
    }


def against_published_attacks() -> pd.DataFrame:
    """Norms relative to the shortest that any of the attacks found; evaluations of a point."""
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for networks, (depth, hidden) in NETWORKS.items():
            cases = [hypercube_case(depth, hidden, seed) for seed in range(3)]
            measured = {name: _measured(name, cases) for name in (*PUBLISHED, "fcflow")}
            relative = ratios({name: one.pop("length") for name, one in measured.items()})  # type: ignore[misc]
            for name, cost in measured.items():
                ratio = relative[name]
                rows.append(
                    {
                        "networks": f"{len(cases)} x {networks}",
                        "points": len(ratio),
                        "attack": name,
                        "failed": int(np.isinf(ratio).sum()),
                        "mean": ratio.mean(),
                        "median": np.median(ratio),
                        "worst": ratio.max(),
                        "above_1.001": int((ratio > 1.001).sum()),
                    }
                    | cost
                )
    return pd.DataFrame(rows)
