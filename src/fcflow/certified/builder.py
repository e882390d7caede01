"""Layers of torch as nodes of a graph."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from fcflow.certified.graph import Node
from fcflow.certified.operations import Convolution, Dense, Operation, Scale, Selection, Weighting


class UnsupportedError(Exception):
    """A layer, or its options, that linear bounds are not derived for."""


def both(given: Any) -> tuple[int, int]:
    """Return an option for the two sides of an image."""
    height, width = given if isinstance(given, tuple | list) else (given, given)
    return int(height), int(width)


class Builder:
    """Adds layers to a list of nodes; a node is known by its place in it.

    Parameters
    ----------
    shape : tuple of int
        Of one input.
    like : Tensor
        Its device is that of all numbers.
    """

    def __init__(self, shape: tuple[int, ...], like: Tensor) -> None:
        self.nodes = [Node((), shape)]
        self._device = like.device

    def number(self, given: Any) -> Tensor:
        """Return a constant in float64."""
        return torch.as_tensor(given, dtype=torch.float64, device=self._device).detach()

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def affine(self, i: int, operation: Operation) -> int:
        """Add an affine operation on node i."""
        u = torch.zeros(1, *self.nodes[i].shape, dtype=torch.float64, device=self._device)
        return self._add(Node((i,), tuple(operation.linear(u).shape[1:]), operation=operation))

    def relu(self, i: int, slope: float = 0.0) -> int:
        """Add a ReLU, leaky where ``slope`` is not zero."""
        if not 0.0 <= slope <= 1.0:
            raise UnsupportedError(f"a negative slope of {slope}, outside [0, 1]")
        return self._add(Node((i,), self.nodes[i].shape, slope=float(slope)))

    def clipped_relu(self, i: int, top: float) -> int:
        """Add min(relu(z), top), which is relu(z) - relu(z - top)."""
        above = self.relu(self.shift(i, self.number(-top)))
        return self.sum(self.relu(i), self.scale(above, self.number(-1.0)))

    def sum(self, i: int, j: int) -> int:
        """Add the sum of two nodes of one shape."""
        if self.nodes[i].shape != self.nodes[j].shape:
            raise UnsupportedError("a sum of two shapes")
        return self._add(Node((i, j), self.nodes[i].shape))

    def dense(self, i: int, weight: Tensor, bias: Tensor | None) -> int:
        """Add a linear layer."""
        shift = None if bias is None else self.number(bias)
        return self.affine(i, Dense(self.number(weight), shift))

    def scale(self, i: int, factor: Tensor) -> int:
        """Multiply by constants."""
        return self.affine(i, Scale(self._per_point(i, factor), None))

    def shift(self, i: int, shift: Tensor) -> int:
        """Add constants."""
        one = torch.ones((), dtype=torch.float64, device=self._device)
        return self.affine(i, Scale(one, self._per_point(i, shift)))

    def _per_point(self, i: int, given: Tensor) -> Tensor:
        shape = self.nodes[i].shape
        constant = self.number(given)
        if constant.ndim > len(shape):
            if constant.ndim > len(shape) + 1 or constant.shape[0] != 1:
                raise UnsupportedError("a constant that differs from row to row")
            constant = constant[0]
        if torch.broadcast_shapes(constant.shape, shape) != torch.Size(shape):
            raise UnsupportedError("a constant that changes the shape")
        # One axis for each of the point's, so that it lines up with windows as well.
        return constant.reshape((1,) * (len(shape) - constant.ndim) + tuple(constant.shape))

    def convolution(
        self,
        i: int,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        mode: str = "zeros",
    ) -> int:
        """Add a convolution, after the padding of its mode."""
        kernel = self.number(weight)
        spacing = both(dilation)
        if padding == "same":
            high, wide = (d * (k - 1) for d, k in zip(spacing, kernel.shape[2:], strict=True))
            sides = [wide // 2, wide - wide // 2, high // 2, high - high // 2]
            if mode != "zeros" or sides[0] != sides[1] or sides[2] != sides[3]:
                i = self.pad(i, sides, mode)
                padding = 0
            else:
                padding = (sides[2], sides[0])
        around = (0, 0) if padding == "valid" else both(padding)
        if mode != "zeros" and around != (0, 0):
            i = self.pad(i, [around[1], around[1], around[0], around[0]], mode)
            around = (0, 0)
        shift = None if bias is None else self.number(bias).reshape(-1, 1, 1)
        operation = Convolution(kernel, shift, both(stride), around, spacing, int(groups))
        return self.affine(i, operation)

    def pad(self, i: int, sides: list[int], mode: str) -> int:
        """Pad an image; sides are left, right, top and bottom."""
        how = "constant" if mode == "zeros" else mode
        terms = (1 + 2 * max(sides)) ** 2
        return self.weighting(i, lambda u: functional.pad(u, sides, mode=how), terms)

    def weighting(self, i: int, function: Callable[[Tensor], Tensor], terms: int) -> int:
        """Add a linear function whose coefficients are ≥ 0."""
        return self.affine(i, Weighting(function, terms))

    def reshape(self, i: int, shape: tuple[int, ...]) -> int:
        """Give the values of one point another shape."""
        if shape == self.nodes[i].shape:
            return i
        return self.weighting(i, lambda u: u.reshape(len(u), *shape), 1)

    def batch_norm(
        self,
        i: int,
        mean: Tensor | None,
        variance: Tensor | None,
        weight: Tensor | None,
        bias: Tensor | None,
        eps: float,
    ) -> int:
        """Add a batch norm in evaluation mode: a shift, a scale and another shift."""
        if mean is None or variance is None:
            raise UnsupportedError("a batch norm without running statistics")
        across = (-1,) + (1,) * (len(self.nodes[i].shape) - 1)
        factor = (self.number(variance) + eps).rsqrt()
        if weight is not None:
            factor = factor * self.number(weight)
        i = self.shift(i, -self.number(mean).reshape(across))
        i = self.scale(i, factor.reshape(across))
        return i if bias is None else self.shift(i, self.number(bias).reshape(across))

    def average_pool(
        self,
        i: int,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> int:
        """Add average pooling: a convolution of every channel by itself where the mean is one."""
        kernel, step, around = both(kernel_size), both(stride or kernel_size), both(padding)
        if ceil_mode or divisor_override or (around != (0, 0) and not count_include_pad):
            return self.weighting(
                i,
                lambda u: functional.avg_pool2d(
                    u, kernel, step, around, ceil_mode, count_include_pad, divisor_override
                ),
                math.prod(kernel),
            )
        channels = self.nodes[i].shape[0]
        share = 1.0 / math.prod(kernel)
        weight = torch.full((channels, 1, *kernel), share, dtype=torch.float64)
        return self.convolution(i, weight, None, step, around, 1, channels)

    def adaptive_average_pool(self, i: int, output_size: Any) -> int:
        """Add average pooling to a given size."""
        size = output_size if isinstance(output_size, int) else tuple(output_size)
        terms = self.nodes[i].size
        return self.weighting(i, lambda u: functional.adaptive_avg_pool2d(u, size), terms)

    def max_pool(
        self,
        i: int,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> int:
        """Add max pooling, as max(a, b) = b + relu(a - b), along rows and then along columns.

        It commutes with a ReLU before it, which is put behind: there it has fewer values.
        """
        before = self.nodes[i]
        if before.slope is not None:
            pooled = self.max_pool(
                before.inputs[0], kernel_size, stride, padding, dilation, ceil_mode
            )
            return self.relu(pooled, before.slope)
        kernel, step, around, spacing = (
            both(kernel_size),
            both(stride or kernel_size),
            both(padding),
            both(dilation),
        )
        sample = torch.zeros(1, *before.shape, device=self._device)
        pooled_shape = functional.max_pool2d(
            sample, kernel, step, around, spacing, ceil_mode
        ).shape[1:]
        for axis in (1, 2):
            taps = _taps(
                before.shape[axis],
                pooled_shape[axis],
                kernel[axis - 1],
                step[axis - 1],
                around[axis - 1],
                spacing[axis - 1],
            )
            i = self._largest(i, axis, taps, step[axis - 1])
        return i

    def _largest(self, i: int, axis: int, taps: list[list[int]], stride: int) -> int:
        parts = [self._selected(i, axis, places, stride) for places in taps]
        largest = parts[0]
        for part in parts[1:]:
            rise = self.relu(self.sum(largest, self.scale(part, self.number(-1.0))))
            largest = self.sum(part, rise)
        return largest

    def _selected(self, i: int, axis: int, places: list[int], stride: int) -> int:
        first, shape = places[0], self.nodes[i].shape
        if places != list(range(first, first + stride * (len(places) - 1) + 1, stride)):
            index = torch.tensor(places, device=self._device)
            return self.weighting(i, lambda u: u.index_select(axis + 1, index), len(places))
        if axis == 1:
            return self.affine(i, Selection((first, 0), (stride, 1), (len(places), shape[2])))
        return self.affine(i, Selection((0, first), (1, stride), (shape[1], len(places))))


def _taps(
    size: int, count: int, kernel: int, stride: int, padding: int, dilation: int
) -> list[list[int]]:
    """Return, for each entry of the kernel, which of ``size`` values each output sees.

    What falls on the padding is replaced by the nearest entry of the same window: the largest stays
    the same.
    """
    taps = []
    for entry in range(kernel):
        places = []
        for output in range(count):
            first = output * stride - padding
            inside = [
                first + t * dilation for t in range(kernel) if 0 <= first + t * dilation < size
            ]
            place = first + entry * dilation
            places.append(min(max(place, inside[0]), inside[-1]))
        taps.append(places)
    return taps
