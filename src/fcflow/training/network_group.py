"""Training of the networks of a group, plainly or against first-order attacks ([FO] §2, §4)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fcflow.errors import InputError
from fcflow.first_order.augmentation import attacked_losses, augmented_losses
from fcflow.first_order.loss import Norm, losses, matched_size, own_images
from fcflow.first_order.penalties import cross_lipschitz_estimate, gradient_penalty
from fcflow.networks.group import NetworkGroup
from fcflow.seeds import Stream, generator
from fcflow.training.schedule import shuffled_order

Method = Literal[
    "plain",
    "penalty_l1",
    "penalty_l2",
    "augmentation_inf",
    "augmentation_2",
    "cross_lipschitz",
    "pgd",
]
METHODS: tuple[Method, ...] = get_args(Method)

# The norms of the attacks that the methods are matched to.
_NORMS: dict[str, Norm] = {
    "penalty_l1": "inf",
    "penalty_l2": "2",
    "augmentation_inf": "inf",
    "augmentation_2": "2",
    "pgd": "inf",
}

# From the images and classes of a batch, and the networks' strengths, to the objectives
# [n, networks] whose means the networks descend.
_Objective = Callable[[Tensor, Tensor, Tensor], Tensor]


def train_group(
    group: NetworkGroup,
    x: Tensor,
    y: Tensor,
    *,
    method: str,
    strengths: Sequence[float],
    seeds: Sequence[int],
    batch_size: int,
    epochs: int,
    learning_rate: float,
    warm_up: float = 0.2,
    after: Callable[[int], None] = lambda epoch: None,
) -> int:
    """Train a group in place by Adam, each network as if it were alone.

    The step size rises linearly over the first part of the steps, and falls linearly to zero over
    the others. A network whose weights are no longer finite stays so, and leaves the others alone;
    ``group.finite()`` tells.

    Parameters
    ----------
    group : NetworkGroup
    x : floating point [n, c, s, s]
    y : int64 [n]
        On the group's device.
    method : str
        One of :data:`METHODS`: the loss alone; with a penalty on ‖∂L‖₁ or ‖∂L‖₂; averaged with that
        of one-step attacks in p = ∞ or 2; with the cross-Lipschitz penalty by one random sign a
        class; or the loss under an iterated attack in p = ∞.
    strengths : sequence of float
        One for every network. The size ε_∞ of the attack that is trained against, of which a
        penalty is the first-order counterpart; p = 2 uses ε_∞ √d. For ``cross_lipschitz`` the
        factor of the penalty.
    seeds : sequence of int
        One for every network: the order of its images, and what else is drawn. Whatever the method,
        networks of one seed see the same batches.
    batch_size, epochs : int
        The last batch of an epoch may be smaller.
    learning_rate : float
        The largest step size.
    warm_up : float
        The share of the steps over which the step size rises, in [0, 1).
    after : callable
        Called with the number of each epoch, from 1, when it ends.

    Returns
    -------
    int
        The number of steps. The group is left in evaluation mode.

    Raises
    ------
    InputError
        If a setting is out of range, or there is no such method.
    """
    _check(group, x, y, method, strengths, seeds)
    if len(x) == 0 or batch_size < 1 or epochs < 1 or learning_rate <= 0 or not 0 <= warm_up < 1:
        raise InputError(
            "training needs images, batch_size and epochs ≥ 1, learning_rate > 0 and "
            f"warm_up in [0, 1); got {len(x)} images, {batch_size}, {epochs}, {learning_rate} and "
            f"{warm_up}"
        )
    strength = torch.tensor(strengths, dtype=x.dtype, device=x.device)
    objective = _objective(group, method, seeds)
    optimiser = torch.optim.Adam(group.parameters(), lr=learning_rate, fused=True)
    steps = -(-len(x) // batch_size) * epochs
    step = 0
    group.train()
    for epoch, batches in enumerate(_epochs(len(x), epochs, batch_size, seeds), start=1):
        for batch in batches:
            rows = batch.to(x.device)
            optimiser.param_groups[0]["lr"] = learning_rate * _share(step, steps, warm_up)
            optimiser.zero_grad()
            # A sum, so that no network's step depends on another's.
            objective(x[rows], y[rows], strength).mean(0).sum().backward()
            optimiser.step()
            step += 1
        after(epoch)
    group.eval()
    return steps


def _share(step: int, steps: int, warm_up: float) -> float:
    """Return the step size over the largest one, of a step that counts from 0."""
    rising = round(warm_up * steps)
    return (step + 1) / rising if step < rising else (steps - step) / (steps - rising)


def _epochs(
    images: int, epochs: int, batch_size: int, seeds: Sequence[int]
) -> Iterator[tuple[Tensor, ...]]:
    """Yield the batches of every epoch: [b] if all networks see the same, or [b, networks]."""
    if len(set(seeds)) == 1:
        orders = shuffled_order(images, epochs, seeds[0])
    else:
        orders = np.stack([shuffled_order(images, epochs, seed) for seed in seeds], axis=-1)
    for order in orders:
        yield torch.from_numpy(order.astype(np.int64)).split(batch_size)


def _objective(group: NetworkGroup, method: str, seeds: Sequence[int]) -> _Objective:
    """Return what a method minimises."""
    if method == "plain":
        return lambda x, y, strength: losses(group(x), y)
    if method == "cross_lipschitz":
        return _cross_lipschitz(group, seeds)
    norm = _NORMS[method]
    scale = matched_size(1.0, norm, group.design.dimension)
    if method == "pgd":
        return _attacked(group, norm, seeds)
    if method.startswith("augmentation"):
        return lambda x, y, strength: augmented_losses(group, x, y, scale * strength, norm)[1]

    def penalised(x: Tensor, y: Tensor, strength: Tensor) -> Tensor:
        point = own_images(group, x).requires_grad_()
        loss = losses(group(point), y)
        return loss + scale * strength * gradient_penalty(loss, point, norm)

    return penalised


def _cross_lipschitz(group: NetworkGroup, seeds: Sequence[int]) -> _Objective:
    draws = _Draws(seeds, Stream.CLASS_SIGNS)

    def objective(x: Tensor, y: Tensor, strength: Tensor) -> Tensor:
        point = own_images(group, x).requires_grad_()
        logits = group(point)
        shape = (len(x), logits.shape[-1])
        signs = draws(lambda draw: 2.0 * draw.integers(0, 2, shape) - 1.0, like=x)
        return losses(logits, y) + strength * cross_lipschitz_estimate(logits, point, signs)

    return objective


def _attacked(group: NetworkGroup, norm: Norm, seeds: Sequence[int]) -> _Objective:
    draws = _Draws(seeds, Stream.ATTACK_STARTS)

    def objective(x: Tensor, y: Tensor, strength: Tensor) -> Tensor:
        shape = (len(x), *x.shape[-3:])
        start = draws(lambda draw: draw.random(shape, dtype=np.float32) * 2 - 1, like=x)
        start = start * strength[:, None, None, None]
        return attacked_losses(group, x, y, strength, norm, start)

    return objective


class _Draws:
    """What networks draw from a stream of their own seeds, [n, networks, …]."""

    def __init__(self, seeds: Sequence[int], stream: Stream) -> None:
        self.seeds = seeds
        self.generators = {seed: generator(seed, stream) for seed in seeds}

    def __call__(
        self, draw: Callable[[np.random.Generator], NDArray[Any]], *, like: Tensor
    ) -> Tensor:
        """Draw once for each seed, and return the draws of all networks, with like's dtype."""
        drawn = {seed: draw(source) for seed, source in self.generators.items()}
        rows = np.stack([drawn[seed] for seed in self.seeds], axis=1)
        return torch.from_numpy(rows).to(dtype=like.dtype, device=like.device)


def _check(
    group: NetworkGroup,
    x: Tensor,
    y: Tensor,
    method: str,
    strengths: Sequence[float],
    seeds: Sequence[int],
) -> None:
    if method not in METHODS:
        raise InputError(f"there is no method {method!r}; the methods are {', '.join(METHODS)}")
    if not len(strengths) == len(seeds) == group.networks:
        raise InputError(
            f"strengths and seeds must be {group.networks}, one for every network, got "
            f"{len(strengths)} and {len(seeds)}"
        )
    if not all(0 <= strength < float("inf") for strength in strengths):
        raise InputError(f"strengths must be finite and at least 0, got {list(strengths)}")
    if y.shape != (len(x),):
        raise InputError(f"classes must be [{len(x)}], one for every image, got {list(y.shape)}")
