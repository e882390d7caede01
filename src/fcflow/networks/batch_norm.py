"""Batch norm whose gradient can be differentiated quickly.

Penalties on the gradient by the input need batch norm's second derivatives. PyTorch composes them
of some thirty operations on whole activations; here they are three.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable


def batch_norm(
    x: Tensor, weight: Tensor, bias: Tensor, epsilon: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Normalise every channel by its mean and variance over a batch, and shift and scale it.

    Parameters
    ----------
    x : floating point [a, channels, b]
        All but the channels are averaged over.
    weight, bias : floating point [channels]
    epsilon : float
        Added to the variance.

    Returns
    -------
    y : like x
    mean, variance : [channels]
        Of x; no gradient flows through them.

    Examples
    --------
    >>> x = torch.tensor([1.0, 3.0]).view(2, 1, 1)
    >>> y, mean, variance = batch_norm(x, torch.ones(1), torch.zeros(1), 0.0)
    >>> y.flatten().tolist(), mean.item(), variance.item()
    ([-1.0, 1.0], 2.0, 1.0)
    """
    y, mean, variance = _BatchNorm.apply(x, weight, bias, epsilon)
    return y, mean, variance


# Below, m is the number of values of a channel, ⟨·⟩ a mean over them, r = 1 / √(variance + epsilon)
# and z = (x - ⟨x⟩) r, so that y = weight z + bias. P a = a - ⟨a⟩ - z ⟨a z⟩ takes the derivative by
# x from the derivative by z: dz = r P dx.


class _BatchNorm(Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, epsilon: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        mean = _mean(x)
        variance = _mean((x - mean[:, None]).square_())
        r = (variance + epsilon).rsqrt()
        ctx.save_for_backward(x, weight, mean, r)
        ctx.mark_non_differentiable(mean, variance)
        y = _combined(x, r * weight, bias - r * weight * mean)
        return y, mean, variance

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:
        return (*_BatchNormGradient.apply(gradients[0], *ctx.saved_tensors), None)


class _BatchNormGradient(Function):
    """From the gradient g by y to those by x, weight r P g, and by weight and bias."""

    @staticmethod
    def forward(
        ctx: Any, g: Tensor, x: Tensor, weight: Tensor, mean: Tensor, r: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        m = x.shape[0] * x.shape[2]
        g_mean = _mean(g)
        gz_mean = (_mean(g * x) - mean * g_mean) * r
        ctx.save_for_backward(g, x, weight, mean, r, g_mean, gz_mean)
        scale = weight * r
        by_z = -scale * gz_mean
        by_x = _combined(x, by_z * r, -scale * g_mean - by_z * r * mean)
        by_x.addcmul_(g, scale[:, None])
        return by_x, gz_mean * m, g_mean * m

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:
        u, u_weight, u_bias = gradients
        g, x, weight, mean, r, g_mean, gz_mean = ctx.saved_tensors
        m = x.shape[0] * x.shape[2]
        u_mean = _mean(u)
        uz_mean = (_mean(u * x) - mean * u_mean) * r
        product = _mean(u * g) - u_mean * g_mean - uz_mean * gz_mean  # ⟨u P g⟩

        # The derivative of m weight r ⟨u P g⟩ + m u_weight ⟨g z⟩ + m u_bias ⟨g⟩ by g,
        scale = weight * r
        by_z = u_weight - scale * uz_mean
        by_g = _combined(x, by_z * r, u_bias - scale * u_mean - by_z * r * mean)
        by_g.addcmul_(u, scale[:, None])

        # and by x. In z it is r P of the derivative by z, and dr = -r² z dx / m.
        of_u = -scale * r * gz_mean
        of_g = -scale * r * uz_mean + r * u_weight
        by_z = -(of_u * uz_mean + of_g * gz_mean) - scale * r * product
        constant = -(of_u * u_mean + of_g * g_mean)
        by_x = _combined(x, by_z * r, constant - by_z * r * mean)
        by_x.addcmul_(u, of_u[:, None]).addcmul_(g, of_g[:, None])
        return by_g, by_x, m * r * product, None, None


def _mean(x: Tensor) -> Tensor:
    """Return the channels' means, over the outer axis first because that runs along memory."""
    return x.sum(0).sum(1) / (x.shape[0] * x.shape[2])


def _combined(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return torch.addcmul(shift[:, None], x, scale[:, None])
