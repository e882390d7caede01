"""The largest radius found at which the bounds of one point's gaps stay positive.

On a ball of radius r each gap lies above a linear function of e that is positive for ‖e‖ < t. So
min(r, t) is proved, and radii are bisected between the largest proved and the least that failed.
First one ball serves all gaps. Then the gap with the least distance is bounded on balls of its own:
where t < r, a flip can only lie in the cap of the ball beyond t; bounds of all layers are narrower
there, and the next linear function cuts off more.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from fcflow.certified.ascent import ascend
from fcflow.certified.graph import Graph
from fcflow.certified.layers import Layers, LinearNode, bound_layers
from fcflow.certified.lipschitz import Lipschitz
from fcflow.certified.region import Region
from fcflow.certified.rows import Rows

_BALLS = 10  # tried for all gaps at once
_GROWTH = 4.0
_CLOSE = 0.01  # radii between proved and failed that are this close are not told apart
_STALL = 0.05  # a cut that closes less than this part of what is left is the ball's last
_NUMBERS = 2**22  # in one chunk of gaps


@dataclass
class Search:
    """What is proved about the gaps of one point so far.

    Attributes
    ----------
    graph : Graph
    linear : dict of int to LinearNode
    x : float64 [1, ...]
    gaps : float64 [g, k]
        Coefficients of the logits.
    upper : float
        No larger radius is of interest.
    limit : int
        As for :func:`~fcflow.certified.layers.bound_layers`.
    proved, failed : float64 [g]
        Distances up to which each gap is positive, and the least radius at which that could not be
        shown.
    evaluations : int
        Regions on which all layers were bounded.
    """

    graph: Graph
    linear: dict[int, LinearNode]
    lipschitz: Lipschitz
    x: Tensor
    gaps: Tensor
    upper: float
    limit: int
    proved: Tensor = field(init=False)
    failed: Tensor = field(init=False)
    evaluations: int = 0

    def __post_init__(self) -> None:
        self.proved = self.gaps.new_zeros(len(self.gaps))
        self.failed = self.gaps.new_full((len(self.gaps),), torch.inf)

    @property
    def least(self) -> float:
        """The radius within which all gaps are proved positive."""
        return min(float(self.proved.min()), self.upper)

    @property
    def done(self) -> bool:
        """Whether the least gap cannot be told from its limit any closer."""
        j = int(self.proved.argmin())
        limit = min(float(self.failed[j]), self.upper)
        return self.least >= limit * (1.0 - _CLOSE) or self.least >= self.upper

    def bound(self, region: Region, known: Layers | None = None) -> Layers:
        """Return bounds of all layers on a region, each counted."""
        self.evaluations += 1
        intervals = None if known is None else known.intervals
        return bound_layers(self.graph, self.linear, self.lipschitz, region, intervals, self.limit)

    def record(self, which: slice | int, radius: float, distance: Tensor) -> None:
        """Keep what linear functions prove on a region within ``radius``."""
        proved = distance.nan_to_num(nan=0.0, posinf=torch.inf).clamp(0.0, radius)
        self.proved[which] = torch.maximum(self.proved[which], proved)
        failed = torch.full_like(distance, torch.inf).masked_fill(distance < radius, radius)
        self.failed[which] = torch.minimum(self.failed[which], failed)


def gap_distances(search: Search, region: Region, layers: Layers, steps: int = 0) -> Tensor:
    """Return the distances to which all gaps stay positive, float64 [g], by chunks of gaps."""
    last = len(search.graph.nodes) - 1
    count = max(1, _NUMBERS // search.graph.widths.get(last, 2**16))
    return torch.cat(
        [
            ascend(search.graph, Rows(part), layers, region, steps)[0]
            for part in search.gaps.split(count)
        ]
    )


def first_distances(search: Search) -> Tensor:
    """Return the distances at which the gaps' linearisations at x vanish, negative below zero."""
    region = Region(search.x, 0.0)
    return gap_distances(search, region, search.bound(region))


def try_balls(search: Search, start: float) -> None:
    """Bisect the radius of one ball for all gaps."""
    radius = min(start, search.upper)
    for _ in range(_BALLS + 20):
        region = Region(search.x, radius)
        distance = gap_distances(search, region, search.bound(region))
        search.record(slice(None), radius, distance)
        if search.done or (search.evaluations > _BALLS and search.least > 0.0):
            return
        failed = float(search.failed.min())
        if failed == torch.inf:
            radius = min(_GROWTH * radius, search.upper)
        elif search.least == 0.0:
            radius /= _GROWTH
        else:
            radius = 0.5 * (search.least + failed)


def cut_caps(search: Search, steps: int, budget: int) -> None:
    """Improve the gap that is proved least, on caps of its own balls, again and again."""
    search.failed.fill_(torch.inf)  # whole balls failed; their caps may not
    until = search.evaluations + budget
    while search.evaluations < until and search.least > 0.0 and not search.done:
        j = int(search.proved.argmin())
        proved, failed = float(search.proved[j]), min(float(search.failed[j]), search.upper)
        radius = min(1.5 * proved, failed)
        if float(search.failed[j]) <= radius:
            radius = 0.5 * (proved + failed)
        _cut(search, j, radius, steps, until)


def _cut(search: Search, j: int, radius: float, steps: int, until: int) -> None:
    """Cut a ball of that radius for gap j while that helps."""
    region, rows = Region(search.x, radius), Rows(search.gaps[j : j + 1])
    layers, best = None, -torch.inf
    while True:
        layers = search.bound(region, layers)
        reached, w = ascend(search.graph, rows, layers, region, steps)
        distance = float(reached)
        gain, best = distance - best, max(distance, best)
        stalled = gain < _STALL * (radius - best)
        if abs(best) >= radius or stalled or search.evaluations >= until:
            break
        region = Region(search.x, radius).cap(w[0], distance)
    search.record(j, radius, torch.tensor(best, dtype=torch.float64))
