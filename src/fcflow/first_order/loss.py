"""The cross-entropy loss, its gradient by the image, and the gradient's length ([FO] §2).

A model is a :class:`~fcflow.networks.group.NetworkGroup`, whose results have an axis for its
networks behind that for the images, or any torch module from images to logits, whose results have
none. Evaluation mode is the model's own; in training mode, batch norm ties the images together, and
the gradient is that of the sum of their losses.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from fcflow.errors import InputError
from fcflow.gradients.batches import chunks
from fcflow.gradients.gap import check_constant
from fcflow.networks.group import NetworkGroup

# The exponent p of an attack's norm; the gradient is measured in the dual norm, 1/p + 1/q = 1.
Norm = Literal["inf", "2"]
DUAL_EXPONENT: dict[Norm, int] = {"inf": 1, "2": 2}

BATCH = 100  # images that go through a model at once: their activations stay in the cache


def own_images(model: nn.Module, x: Tensor) -> Tensor:
    """Return the images that can be perturbed apart: for a group, once for every network."""
    return model.own_images(x) if isinstance(model, NetworkGroup) else x


def losses(logits: Tensor, y: Tensor) -> Tensor:
    """Return the cross-entropy of every image, [n] or [n, networks].

    Parameters
    ----------
    logits : floating point [n, k] or [n, networks, k]
    y : int64 [n] or [n, networks]
        The classes.

    Examples
    --------
    >>> losses(torch.zeros(2, 3, 10), torch.tensor([0, 1])).exp().round().unique().tolist()
    [10.0]
    """
    by_network = y[:, None].expand(logits.shape[:2]) if logits.ndim == 3 and y.ndim == 1 else y
    flat = cross_entropy(logits.flatten(0, -2), by_network.reshape(-1), reduction="none")
    return flat.view(logits.shape[:-1])


def loss_gradient(
    model: nn.Module, x: Tensor, y: Tensor, *, batch: int = BATCH
) -> tuple[Tensor, Tensor]:
    """Return the losses and their gradients by the image.

    Parameters
    ----------
    model : NetworkGroup or torch module
    x : floating point [n, c, s, s], or [n, networks, c, s, s] for a group
    y : int64 [n] or [n, networks]
    batch : int
        The most images that go through the model at once. In training mode it changes the result.

    Returns
    -------
    loss : [n] or [n, networks]
    gradient : [n, c, s, s] or [n, networks, c, s, s]

    Raises
    ------
    InputError
        If the model's output depends on the images but has no gradient to them.

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 10))
    >>> loss, gradient = loss_gradient(model, torch.zeros(3, 1, 2, 2), torch.tensor([0, 1, 2]))
    >>> loss.shape, gradient.shape
    (torch.Size([3]), torch.Size([3, 1, 2, 2]))
    """
    parts = [
        _loss_gradient(model, own_images(model, x[part]), y[part]) for part in chunks(len(x), batch)
    ]
    loss, gradient = zip(*parts, strict=True)
    return joined(loss), joined(gradient)


def joined(parts: Sequence[Tensor]) -> Tensor:
    """Return the parts behind each other; a single one as it is, in its own layout in memory."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))


def _loss_gradient(model: nn.Module, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    with torch.enable_grad():
        point = x.detach().requires_grad_()
        # A copy, since the model's first layer may work in place.
        loss = losses(model(point.clone()), y)
        gradient = None
        if loss.requires_grad:
            (gradient,) = torch.autograd.grad(loss.sum(), point, allow_unused=True)
    if gradient is None:
        check_constant(model, x)
        gradient = torch.zeros_like(x)
    return loss.detach(), gradient


def image_norms(x: Tensor, exponent: float) -> Tensor:
    """Return the ℓ_q norm of every image, [n] or [n, networks].

    Parameters
    ----------
    x : floating point [..., c, s, s]
    exponent : float
        The exponent q, at least 1; ``inf`` for the largest magnitude.

    Examples
    --------
    >>> image_norms(torch.full((2, 1, 2, 2), -3.0), 2).tolist()
    [6.0, 6.0]
    """
    if not exponent >= 1:
        raise InputError(f"a norm's exponent is at least 1, got {exponent}")
    norms: Tensor = torch.linalg.vector_norm(x, exponent, dim=(-3, -2, -1))
    return norms


def matched_size(epsilon_inf: float, norm: Norm, dimension: int) -> float:
    """Return the size ε_p = ε_∞ d^(1/p) of an attack, which norms and resolutions compare at.

    Examples
    --------
    >>> matched_size(0.1, "2", 784), matched_size(0.1, "inf", 784)
    (2.8000000000000003, 0.1)
    """
    return epsilon_inf * dimension**0.5 if norm == "2" else epsilon_inf
