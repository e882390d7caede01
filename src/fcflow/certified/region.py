"""The part of a ball around a point in which a flip may still lie: the ball, or a cap of it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.certified.operations import EPS


@dataclass(frozen=True)
class Region:
    """All e with ‖e‖ ≤ radius and, where a direction is given, ⟨direction, e⟩ ≥ offset.

    Attributes
    ----------
    x : float64 [1, ...]
        The point that e is added to.
    radius : float
    direction : float64 [d], optional
        A unit vector.
    offset : float
        Between -radius and radius.
    """

    x: Tensor
    radius: float
    direction: Tensor | None = None
    offset: float = 0.0

    @property
    def middle(self) -> Tensor:
        """The centre [1, ...] of the smallest ball that holds the region, up to rounding."""
        if self.direction is None or self.offset <= 0.0:
            return self.x
        return self.x + (self.offset * self.direction).reshape(self.x.shape)

    @property
    def around(self) -> float:
        """The radius of that ball, with what rounding can have moved its centre by."""
        if self.direction is None or self.offset <= 0.0:
            return self.radius
        left = math.sqrt(max((self.radius - self.offset) * (self.radius + self.offset), 0.0))
        return left * (1.0 + 1e-9) + 1e-12 * (self.radius + float(self.x.norm()))

    def cap(self, w: Tensor, distance: float) -> "Region":
        """Return the cap beyond ``distance`` against w, where ⟨w, e⟩ + b can be negative."""
        return Region(self.x, self.radius, -w / w.norm(), distance)

    def reach(self, along: Tensor, norm: Tensor, error: Tensor | float = 0.0) -> Tensor:
        """Return at least the largest ⟨h, e⟩, given ⟨direction, h⟩ = along and ‖h‖ = norm.

        Both may be off by ``error`` / radius.
        """
        d = self.x[0].numel()
        whole = self.radius * norm
        margin = (8 * d + 64) * EPS * whole + 4.0 * error
        if self.direction is None:
            return whole + margin
        # The difference may cancel: what rounding can have taken from it is added.
        slack = (8 * d + 64) * EPS * norm**2 + 4.0 * error / self.radius * norm
        across = (norm**2 - along**2).clamp(min=0.0) + slack
        height = max((self.radius - self.offset) * (self.radius + self.offset), 0.0)
        cut = along * self.offset + (height * across).sqrt()
        return torch.where(along * self.radius >= self.offset * norm, whole, cut) + margin
