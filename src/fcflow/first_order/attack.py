"""Attacks that raise the loss along its gradient, in one step or several ([FO] §2, Lemma 2).

Unlike the attacks of :mod:`fcflow.attacks`, which look for a short perturbation that changes the
answer, these have a given size and are judged by what becomes of the loss and the accuracy.
"""

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.first_order.loss import BATCH, Norm, image_norms, joined, loss_gradient, own_images
from fcflow.gradients.batches import chunks


def steepest(gradient: Tensor, norm: Norm) -> Tensor:
    """Return the perturbation of size 1 with the largest product with the gradient.

    It is sign(g) for p = ∞ and g/‖g‖₂ for p = 2, zero where g is; the product is g's dual norm.

    Parameters
    ----------
    gradient : floating point [..., c, s, s]
    norm : {"inf", "2"}

    Examples
    --------
    >>> steepest(torch.tensor([3.0, -4.0]).view(1, 1, 1, 2), "2").flatten().tolist()
    [0.6000000238418579, -0.800000011920929]
    """
    if norm == "inf":
        return gradient.sign()
    if norm != "2":
        raise InputError(f"an attack's norm is inf or 2, got {norm!r}")
    length = image_norms(gradient, 2)[..., None, None, None]
    return torch.where(length > 0, gradient / length, 0.0)


def one_step(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    epsilon: float | Tensor,
    norm: Norm,
    *,
    bounds: tuple[float, float] | None = None,
    batch: int = BATCH,
) -> Tensor:
    """Return the perturbation of size ε that raises the loss most at first order.

    Parameters
    ----------
    model : NetworkGroup or torch module
        In evaluation mode, unless the images are meant to be tied together by batch norm.
    x : floating point [n, c, s, s], or [n, networks, c, s, s] for a group
    y : int64 [n] or [n, networks]
    epsilon : float or tensor [networks]
        The size ε_p, in the units of x.
    norm : {"inf", "2"}
    bounds : (float, float), optional
        What x + δ is clipped to.
    batch : int
        The most images that go through the model at once.

    Returns
    -------
    [n, c, s, s] or [n, networks, c, s, s]
        The perturbation δ.

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 10))
    >>> x, y = torch.zeros(3, 1, 2, 2), torch.tensor([0, 1, 2])
    >>> one_step(model, x, y, 0.5, "inf").abs().unique().tolist()
    [0.5]
    """
    parts = []
    for part in chunks(len(x), batch):
        images = own_images(model, x[part])
        _, gradient = loss_gradient(model, images, y[part], batch=batch)
        delta = _by_network(epsilon, images) * steepest(gradient, norm)
        parts.append(_clipped(delta, images, bounds))
    return joined(parts)


def iterated(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    epsilon: float | Tensor,
    norm: Norm,
    *,
    steps: int,
    step_share: float,
    start: Tensor | None = None,
    bounds: tuple[float, float] | None = None,
    batch: int = BATCH,
) -> Tensor:
    """Return a perturbation of size ε at most, from several steps of projected gradient ascent.

    Parameters
    ----------
    model, x, y, epsilon, norm, bounds, batch
        As for :func:`one_step`.
    steps : int
        Gradients spent on an image.
    step_share : float
        The length of a step over ε.
    start : like the result, optional
        The perturbation to start from; zero by default.

    Returns
    -------
    [n, c, s, s] or [n, networks, c, s, s]
        The perturbation after the last step.

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 10))
    >>> x, y = torch.zeros(3, 1, 2, 2), torch.tensor([0, 1, 2])
    >>> delta = iterated(model, x, y, 0.5, "inf", steps=3, step_share=0.5)
    >>> torch.equal(delta, one_step(model, x, y, 0.5, "inf"))
    True
    """
    if steps < 1 or not step_share > 0:
        raise InputError(f"an attack needs steps ≥ 1 and step_share > 0, got {steps}, {step_share}")
    parts = []
    for part in chunks(len(x), batch):
        images = own_images(model, x[part])
        size = _by_network(epsilon, images)
        delta = torch.zeros_like(images) if start is None else start[part]
        for _ in range(steps):
            _, gradient = loss_gradient(model, images + delta, y[part], batch=batch)
            delta = delta + step_share * size * steepest(gradient, norm)
            delta = _clipped(_projected(delta, size, norm), images, bounds)
        parts.append(delta)
    return joined(parts)


def _by_network(epsilon: float | Tensor, like: Tensor) -> Tensor:
    """Return sizes that multiply images, or images of every network."""
    size = torch.as_tensor(epsilon, dtype=like.dtype, device=like.device)
    if size.ndim > 1 or (size.ndim == 1 and (like.ndim != 5 or len(size) != like.shape[1])):
        raise InputError(
            f"epsilon is a number, or one for each network of a group; got {list(size.shape)} "
            f"for images {list(like.shape)}"
        )
    if not bool((size >= 0).all()):
        raise InputError("epsilon must not be negative")
    return size[..., None, None, None]


def _projected(delta: Tensor, size: Tensor, norm: Norm) -> Tensor:
    """Return the nearest perturbation of the given size at most."""
    if norm == "inf":
        return torch.minimum(torch.maximum(delta, -size), size)
    length = image_norms(delta, 2)[..., None, None, None]
    return torch.where(length > size, delta * (size / length), delta)


def _clipped(delta: Tensor, x: Tensor, bounds: tuple[float, float] | None) -> Tensor:
    return delta if bounds is None else (x + delta).clamp(*bounds) - x
