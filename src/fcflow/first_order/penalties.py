"""Penalties on gradients by the image, to be differentiated once more in training ([FO] §2, §4).

Second derivatives are autograd's. Those of ReLU are zero, although a network's gradient jumps at
its kinks: a penalty does not see what a perturbation across kinks does.
"""

import torch
from torch import Tensor

from fcflow.first_order.loss import DUAL_EXPONENT, Norm, image_norms

_IMAGE = (-3, -2, -1)  # its axes: channels, rows, columns


def gradient_penalty(loss: Tensor, x: Tensor, norm: Norm) -> Tensor:
    """Return ½ ‖∂L‖_q of every image, [n] or [n, networks], q dual to the attack's norm p.

    Times ε_p, it is the first-order change of the loss by augmentation with attacks of that size;
    q = 2 is double backpropagation.

    Parameters
    ----------
    loss : floating point [n] or [n, networks]
        Computed from x.
    x : floating point [n, c, s, s] or [n, networks, c, s, s]
        Requires its gradient.
    norm : {"inf", "2"}

    Examples
    --------
    >>> x = torch.ones(1, 1, 2, 2, requires_grad=True)
    >>> gradient_penalty((x**2).sum((1, 2, 3)), x, "inf").tolist()
    [4.0]
    """
    (gradient,) = torch.autograd.grad(loss.sum(), x, create_graph=True)
    return 0.5 * image_norms(gradient, DUAL_EXPONENT[norm])


def cross_lipschitz(logits: Tensor, x: Tensor) -> Tensor:
    """Return K⁻² Σ_{l,m} ‖∂f_l - ∂f_m‖₂² of every image, over ordered pairs of the K classes.

    It is the cross-Lipschitz regularisation of Hein and Andriushchenko (2017) that [FO] §4 compares
    with. It costs K gradients.

    Parameters
    ----------
    logits : floating point [n, k] or [n, networks, k]
        Computed from x.
    x : floating point [n, c, s, s] or [n, networks, c, s, s]
        Requires its gradient.

    Examples
    --------
    >>> x = torch.ones(1, 1, 1, 2, dtype=torch.float64, requires_grad=True)
    >>> cross_lipschitz(3 * x.flatten(1), x).tolist()  # (0 + 18 + 18 + 0) / 4
    [9.0]
    """
    gradients = torch.stack(
        [
            torch.autograd.grad(logits[..., k].sum(), x, create_graph=True)[0]
            for k in range(logits.shape[-1])
        ]
    )
    deviations = gradients - gradients.mean(0)
    return 2 / logits.shape[-1] * deviations.square().sum((0, *_IMAGE))


def cross_lipschitz_estimate(logits: Tensor, x: Tensor, signs: Tensor) -> Tensor:
    """Return an unbiased estimate of the same from one gradient, by one random sign a class.

    K⁻² Σ_{l,m} ‖g_l - g_m‖² = (2/K) Σ_l ‖g_l - ḡ‖² = (2/K) E ‖Σ_l (v_l - v̄) g_l‖² for independent
    random signs v_l.

    Parameters
    ----------
    logits, x
        As for :func:`cross_lipschitz`.
    signs : floating point, like logits
        Plus and minus one.

    Examples
    --------
    >>> x = torch.ones(1, 1, 1, 2, dtype=torch.float64, requires_grad=True)
    >>> signs = torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0, -1.0]])
    >>> [cross_lipschitz_estimate(3 * x.flatten(1), x, v).item() for v in signs]  # of mean 9
    [0.0, 18.0]
    """
    centred = signs - signs.mean(-1, keepdim=True)
    (gradient,) = torch.autograd.grad((logits * centred).sum(), x, create_graph=True)
    return 2 / logits.shape[-1] * gradient.square().sum(_IMAGE)
