"""The largest radius found at which the bounds of one point's gaps stay positive.

On a ball of radius r each gap lies above a linear function of e that is positive for ‖e‖ < t. So
min(r, t) is proved, and radii are bisected between the largest proved and the least that failed.
First one ball serves all gaps. Then each gap that is not proved on a larger ball is bounded on caps
of its own: where t < r, a flip can only lie in the cap of the ball beyond t; bounds of all layers
are narrower there, and the next linear function cuts off more.
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
_TRIED = 1.5  # times what is proved, with caps
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

    def record(self, which: slice | int | Tensor, radius: float, distance: Tensor) -> None:
        """Keep what linear functions prove on a region within ``radius``."""
        proved = distance.nan_to_num(nan=0.0, posinf=torch.inf).clamp(0.0, radius)
        self.proved[which] = torch.maximum(self.proved[which], proved)
        failed = torch.full_like(distance, torch.inf).masked_fill(distance < radius, radius)
        self.failed[which] = torch.minimum(self.failed[which], failed)


def gap_lines(
    search: Search, which: Tensor, region: Region, layers: Layers, steps: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """Return some gaps, how far they stay positive, and w of their lines, by chunks of gaps."""
    last = len(search.graph.nodes) - 1
    count = max(1, _NUMBERS // search.graph.widths.get(last, 2**16))
    rows = search.gaps[which]
    parts = [ascend(search.graph, Rows(part), layers, region, steps) for part in rows.split(count)]
    return rows, torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])


def gap_distances(search: Search, region: Region, layers: Layers) -> Tensor:
    """Return the distances to which all gaps stay positive, float64 [g]."""
    every = torch.arange(len(search.gaps), device=search.gaps.device)
    return gap_lines(search, every, region, layers)[1]


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
    """Raise the radius of all gaps together, on caps of balls where whole balls do not do.

    Parameters
    ----------
    search : Search
    steps : int
        Gradient steps on slopes, for each region.
    budget : int
        Regions on which all layers are bounded, about.
    """
    until, failed = search.evaluations + budget, search.upper
    while search.evaluations < until and 0.0 < search.least < failed * (1.0 - _CLOSE):
        radius = min(_TRIED * search.least, failed)
        if radius == failed and failed < search.upper:
            radius = 0.5 * (search.least + failed)
        if not _try_caps(search, radius, steps, until):
            failed = radius


def _try_caps(search: Search, radius: float, steps: int, until: int) -> bool:
    """Return whether all gaps were proved up to that radius, the least first."""
    region = Region(search.x, radius)
    layers = search.bound(region)
    waiting = (search.proved < radius).nonzero().flatten()
    rows, distance, w = gap_lines(search, waiting, region, layers, steps)
    search.record(waiting, radius, distance)
    for i in distance.argsort().tolist():
        if float(distance[i]) >= radius:
            break
        j = int(waiting[i])
        reached = _cut(search, rows[i : i + 1], region, layers, (distance[i], w[i]), steps)
        search.record(j, radius, torch.tensor(reached, dtype=torch.float64))
        if reached < radius:
            return False
        if search.evaluations >= until:
            break
    return bool((search.proved >= radius).all())


def _cut(
    search: Search,
    rows: Tensor,
    region: Region,
    layers: Layers,
    line: tuple[Tensor, Tensor],
    steps: int,
) -> float:
    """Return how far one gap is proved, cutting the ball by its line and by those after."""
    ball, radius = region, region.radius
    best, w = float(line[0]), line[1]
    while -radius < best < radius:
        region = ball.cap(w, best)
        layers = search.bound(region, layers)
        distance, lines = ascend(search.graph, Rows(rows), layers, region, steps)
        gain = float(distance) - best
        if gain <= 0.0:
            break
        best, w = float(distance), lines[0]
        if gain < _STALL * (radius - best):
            break
    return best
