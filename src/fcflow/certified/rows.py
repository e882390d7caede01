"""Coefficients of linear functions of one layer's values, as windows where they are local.

A neuron of a convolution depends on a small window of the layers before it. Its coefficients are
kept for that window only: with them the bounds of a layer of 36,864 neurons take a second, with
whole images they would take minutes.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Rows:
    """Coefficients of n linear functions of the values [...] of a layer.

    Attributes
    ----------
    values : float64 [n, ...]
        Of all values or, where ``origin`` is given, [n, c, height, width], of a window.
    origin : int64 [n, 2], optional
        Where in the image each function's window begins; parts outside have coefficient zero.
    places : dict
        Remembers the windows' positions in an image of some shape.
    """

    values: Tensor
    origin: Tensor | None = None
    places: dict[tuple[int, ...], Tensor] = field(default_factory=dict, repr=False)

    def positions(self, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
        """Return where in the image [c, h, w] each entry of a window lies, and whether it does.

        Both are [n, height · width]; entries outside are given the place of the nearest inside.
        """
        assert self.origin is not None  # noqa: S101  (full rows have no positions)
        height, width = self.values.shape[-2:]
        y = self.origin[:, :1] + torch.arange(height, device=self.origin.device)
        x = self.origin[:, 1:] + torch.arange(width, device=self.origin.device)
        inside = ((y >= 0) & (y < shape[1]))[:, :, None] & ((x >= 0) & (x < shape[2]))[:, None, :]
        place = (
            y.clamp(0, shape[1] - 1)[:, :, None] * shape[2] + x.clamp(0, shape[2] - 1)[:, None, :]
        )
        return place.flatten(1), inside.flatten(1)

    def gather(self, whole: Tensor, shape: tuple[int, ...]) -> Tensor:
        """Return the entries of ``whole``, one for each value of a layer, that the rows are about.

        ``whole`` broadcasts against the layer's shape; with a leading axis it is one for each row,
        for rows that are no windows.
        """
        if self.origin is None:
            return whole
        if whole.ndim == 3 and whole.shape[1:] == (1, 1):
            return whole
        if shape not in self.places:
            self.places[shape] = self.positions(shape)[0]
        place = self.places[shape]
        taken = whole.expand(shape).flatten(1)[:, place]
        return taken.transpose(0, 1).reshape(len(place), shape[0], *self.values.shape[-2:])

    def times(self, factor: Tensor, shape: tuple[int, ...]) -> "Rows":
        """Return the coefficients multiplied by ``factor``, one for each value of the layer."""
        return Rows(self.values * self.gather(factor, shape), self.origin)

    def spread(self, shape: tuple[int, ...]) -> "Rows":
        """Return the coefficients of all values of a layer of that shape."""
        if self.origin is None:
            return self
        place, inside = self.positions(shape)
        n, c = self.values.shape[:2]
        full = self.values.new_zeros((n, c, shape[1] * shape[2]))
        values = self.values.flatten(2) * inside[:, None, :]
        full = full.scatter_add(2, place[:, None, :].expand_as(values), values)
        return Rows(full.reshape(n, *shape))

    def moved(
        self,
        values: Tensor,
        stride: tuple[int, int],
        padding: tuple[int, int],
        shape: tuple[int, ...],
    ) -> "Rows":
        """Return ``values``, transposed through a convolution, as rows of its input of ``shape``.

        What falls on the padding is left out.
        """
        origin = self.origin
        if origin is None:
            return Rows(_cropped(values, padding, shape))
        steps = torch.tensor(stride, device=origin.device)
        origin = origin * steps - torch.tensor(padding, device=origin.device)
        window = Rows(values, origin)
        height, width = values.shape[-2:]
        if height * width >= shape[1] * shape[2]:
            return window.spread(shape)
        _, inside = window.positions(shape)
        if bool(inside.all()):
            return window
        mask = inside.reshape(len(inside), 1, height, width)
        return Rows(values * mask, origin)

    def plus(self, other: "Rows", shape: tuple[int, ...]) -> "Rows":
        """Return the sum of two rows of coefficients of a layer of that shape."""
        if self.origin is None and other.origin is None:
            return Rows(self.values + other.values)
        if (
            self.origin is not None
            and other.origin is not None
            and self.values.shape == other.values.shape
            and bool((self.origin == other.origin).all())
        ):
            return Rows(self.values + other.values, self.origin)
        joined = _joined(self, other)
        if joined is not None and joined.values[0, 0].numel() < shape[1] * shape[2]:
            return joined
        return Rows(self.spread(shape).values + other.spread(shape).values)

    def part(self, which: Any) -> "Rows":
        """Return some of the functions."""
        return Rows(self.values[which], None if self.origin is None else self.origin[which])


def _cropped(values: Tensor, padding: tuple[int, int], shape: tuple[int, ...]) -> Tensor:
    """Return what of a transposed convolution's output lies in its input of ``shape``."""
    (top, left), (height, width) = padding, values.shape[-2:]
    down, right = shape[1] + top - height, shape[2] + left - width
    if (top, left, down, right) == (0, 0, 0, 0):
        return values
    return torch.nn.functional.pad(values, (-left, right, -top, down))


def _joined(one: Rows, other: Rows) -> Rows | None:
    """Return the sum on windows that hold both, where they lie alike in every row."""
    if one.origin is None or other.origin is None:
        return None
    offset = other.origin - one.origin
    if bool((offset != offset[:1]).any()):
        return None
    dy, dx = (int(step) for step in offset[0])
    (h1, w1), (h2, w2) = one.values.shape[-2:], other.values.shape[-2:]
    top, left = min(0, dy), min(0, dx)
    bottom, right = max(h1, dy + h2), max(w1, dx + w2)
    pad = torch.nn.functional.pad
    a = pad(one.values, (-left, right - w1, -top, bottom - h1))
    b = pad(other.values, (dx - left, right - dx - w2, dy - top, bottom - dy - h2))
    return Rows(a + b, one.origin + torch.tensor([top, left], device=one.origin.device))
