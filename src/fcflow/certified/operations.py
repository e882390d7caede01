"""Affine operations of a network, each with what linear bounds need: its transpose and its size.

Sums are bounded in what rounding does to them: a sum of at most ``terms`` products of which some
were rounded themselves is off by at most 2 (terms + 16) · 2^-52 times the sum of the magnitudes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from fcflow.certified.rows import Rows

EPS = 2.0**-52


def margin_factor(terms: int) -> float:
    """Return what a sum of ``terms`` products can be off by, relative to its magnitudes."""
    return 2.0 * (terms + 16) * EPS


@dataclass(frozen=True)
class Dense:
    """A matrix [m, d], between vectors or along the last axis of anything."""

    weight: Tensor
    bias: Tensor | None

    @property
    def terms(self) -> int:
        """Products in the longest sum, forward or backward."""
        return max(self.weight.shape)

    def linear(self, u: Tensor) -> Tensor:
        """Apply the matrix to u [n, ..., d], without the bias."""
        return u @ self.weight.T

    def magnitude(self, u: Tensor) -> Tensor:
        """Apply the matrix of magnitudes to u ≥ 0."""
        return u @ self.weight.abs().T

    def transpose(self, rows: Rows, shape: tuple[int, ...]) -> Rows:
        """Return the coefficients of the input, given those of the output."""
        return Rows(rows.spread(()).values @ self.weight)


@dataclass(frozen=True)
class Convolution:
    """A two-dimensional convolution with zeros around."""

    weight: Tensor
    bias: Tensor | None  # [c, 1, 1]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]
    groups: int

    @property
    def terms(self) -> int:
        """Products in the longest sum, forward or backward."""
        out, within, height, width = self.weight.shape
        return max(out // self.groups, within) * height * width

    def linear(self, u: Tensor) -> Tensor:
        """Convolve u [n, c, h, w], without the bias."""
        return self._convolve(u, self.weight)

    def magnitude(self, u: Tensor) -> Tensor:
        """Convolve u ≥ 0 with the kernel's magnitudes."""
        return self._convolve(u, self.weight.abs())

    def _convolve(self, u: Tensor, weight: Tensor) -> Tensor:
        return functional.conv2d(
            u, weight, None, self.stride, self.padding, self.dilation, self.groups
        )

    def transpose(self, rows: Rows, shape: tuple[int, ...]) -> Rows:
        """Return the coefficients of the input of that shape, given those of the output."""
        values = functional.conv_transpose2d(
            rows.values, self.weight, None, self.stride, 0, 0, self.groups, self.dilation
        )
        return rows.moved(values, self.stride, self.padding, shape)


@dataclass(frozen=True)
class Scale:
    """Multiplication by given numbers, which broadcast against one point, and a shift."""

    factor: Tensor
    bias: Tensor | None
    terms: int = 1

    def linear(self, u: Tensor) -> Tensor:
        """Scale u [n, ...], without the shift."""
        return u * self.factor

    def magnitude(self, u: Tensor) -> Tensor:
        """Scale u ≥ 0 by the magnitudes."""
        return u * self.factor.abs()

    def transpose(self, rows: Rows, shape: tuple[int, ...]) -> Rows:
        """Return the coefficients of the input, given those of the output."""
        return rows.times(self.factor, shape)


@dataclass(frozen=True)
class Weighting:
    """A linear function of torch whose coefficients are all ≥ 0: pooling, padding, reshaping."""

    function: Callable[[Tensor], Tensor]
    terms: int
    bias: Tensor | None = None

    def linear(self, u: Tensor) -> Tensor:
        """Apply it to u [n, ...]."""
        return self.function(u)

    def magnitude(self, u: Tensor) -> Tensor:
        """Apply it to u ≥ 0."""
        return self.function(u)

    def transpose(self, rows: Rows, shape: tuple[int, ...]) -> Rows:
        """Return the coefficients of the input of that shape, given those of the output."""
        values = rows.values
        with torch.enable_grad():
            u = values.new_zeros((len(values), *shape), requires_grad=True)
            output = self.function(u)
            keep = values.requires_grad
            (back,) = torch.autograd.grad(
                output, u, rows.spread(output.shape[1:]).values, create_graph=keep
            )
        return Rows(back)


@dataclass(frozen=True)
class Selection:
    """Every ``stride``-th entry of an image from ``start`` on, ``count`` along each side."""

    start: tuple[int, int]
    stride: tuple[int, int]
    count: tuple[int, int]
    terms: int = 1
    bias: Tensor | None = None

    def linear(self, u: Tensor) -> Tensor:
        """Select from u [n, c, h, w]."""
        (top, left), (down, right), (height, width) = self.start, self.stride, self.count
        return u[
            ...,
            top : top + down * (height - 1) + 1 : down,
            left : left + right * (width - 1) + 1 : right,
        ]

    def magnitude(self, u: Tensor) -> Tensor:
        """Select from u ≥ 0."""
        return self.linear(u)

    def transpose(self, rows: Rows, shape: tuple[int, ...]) -> Rows:
        """Return the coefficients of the input of that shape, given those of the output."""
        values = rows.values
        height, width = values.shape[-2:]
        (down, right) = self.stride
        if self.stride != (1, 1):
            spaced = values.new_zeros(
                (*values.shape[:-2], down * (height - 1) + 1, right * (width - 1) + 1)
            )
            spaced[..., ::down, ::right] = values
            values = spaced
        return rows.moved(values, self.stride, (-self.start[0], -self.start[1]), shape)


Operation = Dense | Convolution | Scale | Weighting | Selection
