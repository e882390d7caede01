"""Linear bounds of a (leaky) ReLU between two values of its argument.

With f(z) = max(z, a z) and l < 0 < u, f lies below its chord from (l, a l) to (u, u) and, for every
slope in [a, 1], above the line of that slope through the origin (Zhang et al. 2018, CROWN).
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Relaxation:
    """lower · z ≤ f(z) ≤ upper · z + intercept.

    Attributes
    ----------
    lower, upper, intercept : float64, of the layer's shape
        ``lower`` may have a leading axis, for one choice of slopes for each row of coefficients.
    unstable : bool, of the layer's shape
        Where the argument can have both signs.
    tangent : float64, of the layer's shape
        The slope at the centre.
    centre, spread : float64, of the layer's shape
        The argument at the centre, and how far it can move from there; of stable neurons the spread
        is zero.
    budget : float
        All arguments together differ from those at the centre by no more than this, in L2.
    slope : float
        Of the ReLU's other side.
    """

    lower: Tensor
    upper: Tensor
    intercept: Tensor
    unstable: Tensor
    tangent: Tensor
    centre: Tensor
    spread: Tensor
    budget: float
    slope: float

    @property
    def crowded(self) -> bool:
        """Whether the neurons cannot all move as far together as each can alone."""
        return float((self.spread**2).sum()) > self.budget**2


def relax(low: Tensor, high: Tensor, slope: float, centre: Tensor, budget: float) -> Relaxation:
    """Return the bounds of a ReLU whose argument lies in [low, high], around one at the centre."""
    unstable = (low < 0) & (high > 0)
    # Scalars alone would choose in single precision.
    one, other = torch.ones_like(low), torch.full_like(low, slope)
    fixed = torch.where(low >= 0, one, other)
    width = torch.where(unstable, high - low, one)
    chord = torch.where(unstable, (high - slope * low) / width, fixed)
    # Whichever end of the chord rounding has lifted less decides.
    intercept = torch.maximum(high - chord * high, slope * low - chord * low)
    intercept = torch.where(unstable, intercept.clamp(min=0.0), 0.0)
    lower = torch.where(unstable, torch.where(high >= -low, one, other), fixed)
    tangent = torch.where(unstable, torch.where(centre > 0, one, other), fixed)
    spread = torch.where(unstable, torch.maximum(high - centre, centre - low), 0.0)
    return Relaxation(lower, chord, intercept, unstable, tangent, centre, spread, budget, slope)
