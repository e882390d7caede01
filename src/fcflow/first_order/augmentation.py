"""Losses of training on attacked images ([FO] §2, Proposition 3)."""

import torch
from torch import Tensor, nn

from fcflow.first_order.attack import iterated, steepest
from fcflow.first_order.loss import Norm, losses, own_images
from fcflow.networks.group import NetworkGroup

# Of training against projected gradient ascent: [FO]'s code, which the text leaves open.
PGD_STEPS = 7
PGD_STEP_SHARE = 1 / (0.75 * PGD_STEPS)


def augmented_losses(
    model: nn.Module, x: Tensor, y: Tensor, epsilon: Tensor, norm: Norm
) -> tuple[Tensor, Tensor]:
    """Return L(x) and ½ (L(x) + L(x + δ)), δ the one-step attack of size ε on the model as it is.

    Where the loss is smooth, the second is L + (ε/2) ‖∂L‖_q up to terms of order ε², the penalty
    with the dual norm. In training mode both evaluations use their own batch's statistics, and both
    count for the running ones, as in [FO]'s code. No gradient flows through δ.

    Parameters
    ----------
    model : NetworkGroup or torch module
    x : floating point [n, c, s, s], or [n, networks, c, s, s] for a group
    y : int64 [n] or [n, networks]
    epsilon : floating point, scalar or [networks]
        The size ε_p.
    norm : {"inf", "2"}

    Returns
    -------
    loss, augmented : [n] or [n, networks]

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 10))
    >>> x, y = torch.zeros(3, 1, 2, 2), torch.tensor([0, 1, 2])
    >>> loss, augmented = augmented_losses(model, x, y, torch.tensor(0.1), "inf")
    >>> bool((augmented > loss).all())
    True
    """
    point = own_images(model, x).detach().requires_grad_()
    loss = losses(model(point), y)
    (gradient,) = torch.autograd.grad(loss.sum(), point, retain_graph=True)
    delta = epsilon[..., None, None, None] * steepest(gradient, norm)
    return loss, 0.5 * (loss + losses(model(point.detach() + delta), y))


def attacked_losses(
    group: NetworkGroup, x: Tensor, y: Tensor, epsilon: Tensor, norm: Norm, start: Tensor
) -> Tensor:
    """Return L(x + δ), δ from several steps of projected gradient ascent: PGD training's loss.

    The attack sees the batch's statistics as training does, and leaves the running ones alone.

    Parameters
    ----------
    group, x, y, epsilon, norm
        As for :func:`augmented_losses`.
    start : floating point [n, networks, c, s, s]
        The perturbation that the attack starts from, of size ε at most.

    Returns
    -------
    [n, networks]

    Examples
    --------
    >>> from fcflow.networks.design import Design
    >>> from fcflow.networks.group import initialise_group
    >>> group = initialise_group(Design((), "flat", (4,), size=2), [0, 1])
    >>> x, y = torch.ones(3, 1, 2, 2), torch.tensor([0, 1, 2])
    >>> start = torch.zeros(3, 2, 1, 2, 2)
    >>> attacked_losses(group, x, y, torch.tensor([0.1, 0.2]), "inf", start).shape
    torch.Size([3, 2])
    """
    with group.momentum(0.0):
        delta = iterated(
            group,
            x,
            y,
            epsilon,
            norm,
            steps=PGD_STEPS,
            step_share=PGD_STEP_SHARE,
            start=start,
            batch=len(x),
        )
    return losses(group(own_images(group, x) + delta), y)
