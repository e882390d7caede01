"""What an attack takes, and what the model itself says to what comes of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.peers.attacks import Attack, seed
from benchmarks.peers.training import Case


@dataclass
class Counts:
    """For how many points a model was evaluated, and differentiated."""

    forwards: int = 0
    gradients: int = 0

    def __call__(self, model: nn.Module, inputs: tuple[Any, ...], logits: Tensor) -> None:
        """Count an evaluation, and what is differentiated through it: a hook after ``forward``."""
        self.forwards += len(logits)
        if logits.requires_grad:
            logits.register_hook(self._differentiated)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return itself: a copy of the model counts with the model."""
        return self

    def _differentiated(self, gradient: Tensor) -> None:
        self.gradients += len(gradient)


@contextmanager
def counted(model: nn.Module) -> Iterator[Counts]:
    """Count what a model and its copies evaluate; the model itself is handed to the attack."""
    counts = Counts()
    hook = model.register_forward_hook(counts)
    try:
        yield counts
    finally:
        hook.remove()


def lengths(model: nn.Module, x: Tensor, y: Tensor, perturbed: Tensor) -> NDArray[np.float64]:
    """Return ‖perturbed - x‖, [n]; infinite where the model, in its own dtype, still answers y.

    What is not in [0, 1] does not count either.
    """
    with torch.no_grad():
        flips = model(perturbed).argmax(dim=1) != y
    inside = ((perturbed >= 0) & (perturbed <= 1)).flatten(1).all(dim=1)
    length = (perturbed.double() - x.double()).flatten(1).norm(dim=1)
    result: NDArray[np.float64] = length.where(flips & inside, torch.inf).detach().numpy()
    return result


class Measured(NamedTuple):
    """One attack on the points of one network.

    Attributes
    ----------
    length : float64 [n]
        Infinite where it failed.
    gradients, forwards : float
        A point, on average.
    wall_ms, core_ms : float
        Milliseconds a point on the clock, and of the one core.
    """

    length: NDArray[np.float64]
    gradients: float
    forwards: float
    wall_ms: float
    core_ms: float


def measure(attack: Attack, case: Case) -> Measured:
    """Attack all points in one batch, on one thread, without looking anything up."""
    n, threads = len(case.x), torch.get_num_threads()
    torch.set_num_threads(1)
    seed()
    with counted(case.model) as counts:
        wall, core = time.perf_counter(), time.process_time()
        perturbed = attack.run(case.model, case.x.clone(), case.y.clone()).detach()
        core, wall = time.process_time() - core, time.perf_counter() - wall
    torch.set_num_threads(threads)
    found = lengths(case.model, case.x, case.y, perturbed)
    return Measured(
        found, counts.gradients / n, counts.forwards / n, 1e3 * wall / n, 1e3 * core / n
    )


def measured(
    name: str, attack: Attack, case: Case, folder: Path, *, again: bool = False
) -> Measured:
    """Return what ``folder`` holds of this version of the attack on this network, or measure."""
    version = f"{attack.version()}-torch-{torch.__version__}"
    file = folder / "results" / case.key / f"{name}-{version}.npz"
    if file.exists() and not again:
        with np.load(file) as held:
            return Measured(held["length"], *(float(held[key]) for key in Measured._fields[1:]))
    result = measure(attack, case)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(file, **result._asdict())
    return result
