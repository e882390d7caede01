"""Training of dense networks side by side on fresh points, plainly or against perturbations."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from fcflow.errors import InputError
from fcflow.networks.dense_group import DenseGroup
from fcflow.training.dense_methods import DENSE_METHODS, DENSE_OPTIMISERS

ADVERSARIAL_STEPS = 5
ADVERSARIAL_STEP = 0.5  # of the perturbation's largest length: a step is 2.5 / 5 of it
MOMENTUM = 0.9  # of ``sgd``
_TINY = 1e-30  # keeps a zero gradient without a direction, instead of NaN


def train_dense_group(
    group: DenseGroup,
    batches: Iterable[tuple[Tensor, Tensor]],
    *,
    steps: int,
    learning_rate: float,
    method: str = "plain",
    strengths: Sequence[float] | None = None,
    optimiser: str = "adam",
    keep: Collection[int] = (),
) -> Iterator[int]:
    """Train the networks of a group in place, each as if it were alone.

    The iterator has to be taken to its end. The loss is cross-entropy, L = log(1 + exp(−s g)) for
    the gap g of the two logits and the sign s of a point's class. The step size falls linearly from
    ``learning_rate`` to zero.

    Parameters
    ----------
    group : DenseGroup
    batches : iterable of (x, sign)
        For each step the points x [networks, b, d] and their signs [networks, b], +1 for class 0.
    steps : int
        How many batches are taken.
    learning_rate : float
        Of the first step.
    method : str
        One of :data:`~fcflow.training.dense_methods.DENSE_METHODS`: ``weight_decay`` takes
        strength × step size of every weight and bias away (decoupled, as AdamW); ``penalty`` adds
        ½ ε ‖∂L‖₂, differentiated twice; ``augmentation`` is ½ (L(x) + L(x + δ)) with δ = ε
        ∂L/‖∂L‖₂; ``adversarial`` is L(x + δ) with δ from five projected steps of half of ε. No
        gradient flows through δ.
    strengths : sequence of float, optional
        One for every network: the decay, or ε; ``plain`` takes none.
    optimiser : {"adam", "sgd"}
        Adam with PyTorch's defaults, or gradient descent with momentum 0.9.
    keep : collection of int
        Steps after which the iterator yields; 0 is before the first.

    Yields
    ------
    int
        Each of ``keep`` in order, while the group holds the weights of that step.

    Raises
    ------
    InputError
        If there is no such method or optimiser, or the strengths do not fit.

    Examples
    --------
    >>> from fcflow.networks.dense_group import initial_dense_group
    >>> from fcflow.networks.dense_shape import DenseShape
    >>> group = initial_dense_group(DenseShape(2, 1, 4, "relu"), [0])
    >>> data = [(torch.ones(1, 3, 2), torch.ones(1, 3))] * 2
    >>> list(train_dense_group(group, data, steps=2, learning_rate=0.1, keep=[0, 2]))
    [0, 2]
    """
    sizes = _checked(group, method, strengths, optimiser)
    for parameter in group.parameters():
        parameter.requires_grad_(True)
    update = _optimiser(group, optimiser, learning_rate)
    if 0 in keep:
        yield 0
    for step, (x, sign) in enumerate(batches):
        if step == steps:
            break
        rate = learning_rate * (1 - step / steps)
        update.param_groups[0]["lr"] = rate
        # A sum, so that no network's step depends on another's.
        objective(group, x, sign, sizes, method).mean(1).sum().backward()
        if method == "weight_decay":
            _decay(group, rate * sizes)
        update.step()
        update.zero_grad()
        if step + 1 in keep:
            yield step + 1
    for parameter in group.parameters():
        parameter.requires_grad_(False)


def objective(
    group: DenseGroup, x: Tensor, sign: Tensor, sizes: Tensor, method: str = "plain"
) -> Tensor:
    """Return what a method minimises the mean of, [networks, b].

    Parameters
    ----------
    group, method
        See :func:`train_dense_group`.
    x, sign : Tensor
        One batch.
    sizes : floating point [networks, 1]
        The strengths.
    """
    if method in ("plain", "weight_decay"):
        return losses(group, x, sign)
    if method == "adversarial":
        return losses(group, x + _ascent(group, x, sign, sizes), sign)
    point = x.detach().requires_grad_()
    loss = losses(group, point, sign)
    penalised = method == "penalty"
    (gradient,) = torch.autograd.grad(loss.sum(), point, create_graph=penalised, retain_graph=True)
    if penalised:
        # The root's derivative at zero is not a number.
        lengths: Tensor = (gradient.square().sum(-1) + _TINY).sqrt()
        return loss + 0.5 * sizes * lengths
    delta = sizes[..., None] * _directions(gradient)
    return torch.lerp(loss, losses(group, x + delta, sign), 0.5)


def losses(group: DenseGroup, x: Tensor, sign: Tensor) -> Tensor:
    """Return the cross-entropy of each point, [networks, b]."""
    loss: Tensor = functional.softplus(-sign * group.gap(x))
    return loss


def _ascent(group: DenseGroup, x: Tensor, sign: Tensor, sizes: Tensor) -> Tensor:
    """Return perturbations of length ε at most that raise the loss, by projected steps."""
    size = sizes[..., None]
    delta = torch.zeros_like(x)
    for _ in range(ADVERSARIAL_STEPS):
        point = (x + delta).requires_grad_()
        # The gap, not the loss, whose gradient vanishes in float32 where a network is sure.
        (gradient,) = torch.autograd.grad(-(sign * group.gap(point)).sum(), point)
        delta = delta + ADVERSARIAL_STEP * size * _directions(gradient)
        length = delta.norm(dim=-1, keepdim=True)
        delta = delta * (size / length.clamp(min=_TINY)).clamp(max=1.0)
    return delta


def _directions(gradient: Tensor) -> Tensor:
    length: Tensor = gradient.norm(dim=-1, keepdim=True)
    return gradient / length.clamp(min=_TINY)


def _decay(group: DenseGroup, rates: Tensor) -> None:
    with torch.no_grad():
        for parameter in group.parameters():
            parameter.mul_(1 - rates[..., None])


def _optimiser(group: DenseGroup, name: str, rate: float) -> torch.optim.Optimizer:
    if name == "adam":
        return torch.optim.Adam(group.parameters(), lr=rate, fused=True)
    return torch.optim.SGD(group.parameters(), lr=rate, momentum=MOMENTUM)


def _checked(
    group: DenseGroup, method: str, strengths: Sequence[float] | None, optimiser: str
) -> Tensor:
    if method not in DENSE_METHODS:
        raise InputError(f"method must be one of {', '.join(DENSE_METHODS)}, got {method!r}")
    if optimiser not in DENSE_OPTIMISERS:
        raise InputError(f"optimiser must be adam or sgd, got {optimiser!r}")
    sizes = [0.0] * len(group) if strengths is None else list(strengths)
    if len(sizes) != len(group) or not all(0 <= one < float("inf") for one in sizes):
        raise InputError(
            f"strengths must be {len(group)} finite numbers ≥ 0, one for each network, got {sizes}"
        )
    first = group.weights[0]
    return torch.tensor(sizes, dtype=first.dtype, device=first.device)[:, None]
