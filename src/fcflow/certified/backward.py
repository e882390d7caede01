"""Linear functions of the input below linear functions of a layer, substituted layer by layer.

From ⟨c, z⟩ at some node the way leads back to the input: through an affine operation by its
transpose, through a ReLU by the line below it where the coefficient is positive and by the line
above it where it is negative (Zhang et al. 2018; Wong and Kolter 2018).

Rounding. The coefficients c of one node become those of the node before it, each off by at most
2 (terms + 16) · 2^-52 times the magnitudes it was summed from. Times the values that they multiply,
that is at most the same factor times ‖c‖₁ and the largest ``size`` of the node's
:class:`~fcflow.certified.intervals.Interval`. What a node adds to b is a sum over as many products
as there are coefficients, and is off accordingly. All of this, doubled and summed over the nodes,
is the ``margin`` of the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.certified.graph import Graph
from fcflow.certified.intervals import Interval
from fcflow.certified.operations import Convolution, Dense, Scale, Selection, margin_factor
from fcflow.certified.relaxation import Relaxation
from fcflow.certified.rows import Rows

_PRICES = (1.0, 0.5, 0.2)  # of what they would be without depths and spreads
_TINY = 1e-300
_LOCAL = Convolution | Scale | Selection


@dataclass(frozen=True)
class Line:
    """n linear functions ⟨w, x⟩ + b of the input, true up to ``margin`` on the region.

    Attributes
    ----------
    w : float64 [n, d]
    b, margin : float64 [n]
    """

    w: Tensor
    b: Tensor
    margin: Tensor

    def detached(self) -> "Line":
        """Return the same numbers without their gradients."""
        return Line(self.w.detach(), self.b.detach(), self.margin)


def unit_rows(graph: Graph, i: int, places: Tensor) -> Rows:
    """Return the coefficients that pick out the values of node i at flat ``places``."""
    node = graph.nodes[i]
    if len(node.shape) == 3:
        _, height, width = node.shape
        channel, within = places // (height * width), places % (height * width)
        origin = torch.stack([within // width, within % width], dim=1)
        values = torch.zeros(len(places), node.shape[0], 1, 1, dtype=torch.float64)
        values = values.to(places.device)
        values[torch.arange(len(places)), channel] = 1.0
        return Rows(values, origin)
    values = torch.zeros(len(places), node.size, dtype=torch.float64, device=places.device)
    values[torch.arange(len(places)), places] = 1.0
    return Rows(values.reshape(len(places), *node.shape))


def lower_line(
    graph: Graph,
    i: int,
    rows: Rows,
    relaxations: Mapping[int, Relaxation],
    intervals: Mapping[int, Interval],
) -> Line:
    """Return linear functions of the input below the given ones of node i.

    Parameters
    ----------
    graph : Graph
    i : int
        The node that ``rows`` are coefficients of.
    rows : Rows
    relaxations : mapping of int to Relaxation
        Of every ReLU before node i.
    intervals : mapping of int to Interval
        Of every node up to i.
    """
    n = len(rows.values)
    b, margin = rows.values.new_zeros(n), rows.values.new_zeros(n)
    waiting = {i: rows}
    widest = 0
    for j in range(i, 0, -1):
        if j not in waiting:
            continue
        here, node = waiting.pop(j), graph.nodes[j]
        widest = max(widest, here.values[0].numel())
        mass = here.values.detach().flatten(1).abs().sum(1)
        if node.slope is not None:
            here, gained = _through_relu(here, relaxations[j], node.shape)
            b = b + gained
            factor, largest = margin_factor(0), intervals[node.inputs[0]].largest.max()
        else:
            terms = 1 if node.operation is None else node.operation.terms
            factor, largest = margin_factor(terms), intervals[j].size.max()
        if node.operation is not None:
            here, gained = _through_affine(graph, j, here)
            b = b + gained
        factor = factor + margin_factor(here.values[0].numel())
        margin = margin + 2.0 * factor * largest * mass
        for k in node.inputs:
            waiting[k] = waiting[k].plus(here, graph.nodes[k].shape) if k in waiting else here
    if 0 not in waiting:  # a constant
        return Line(b.new_zeros(n, graph.nodes[0].size), b, margin)
    w = waiting[0].spread(graph.nodes[0].shape).values.flatten(1)
    graph.widths[i] = max(graph.widths.get(i, 0), widest, w.shape[1])
    return Line(w, b, margin)


def _through_affine(graph: Graph, j: int, rows: Rows) -> tuple[Rows, Tensor]:
    node = graph.nodes[j]
    operation = node.operation
    assert operation is not None  # noqa: S101  (asked before)
    if not isinstance(operation, _LOCAL):
        rows = rows.spread(node.shape)
    gained = rows.values.new_zeros(len(rows.values))
    if operation.bias is not None:
        gained = _weighed(rows, operation.bias, node.shape)
    if isinstance(operation, Dense) and rows.values.ndim == 2:
        return Rows(rows.values @ operation.weight), gained
    return operation.transpose(rows, graph.nodes[node.inputs[0]].shape), gained


def _weighed(rows: Rows, constant: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return the sum of the coefficients times a constant of the layer."""
    if constant.ndim == 3 and constant.shape[1:] == (1, 1):
        return rows.values.sum((2, 3)) @ constant.flatten().expand(shape[0])
    return (rows.values * rows.gather(constant, shape)).flatten(1).sum(1)


def _through_relu(
    rows: Rows, relaxation: Relaxation, shape: tuple[int, ...]
) -> tuple[Rows, Tensor]:
    """Return the coefficients of a ReLU's arguments, and what is added to b.

    Every row takes the lines of each neuron by itself or, where it loses less at the centre, the
    tangents at the centre less what all neurons together can lie below them.
    """
    c = rows.values
    positive, negative = c.clamp(min=0.0), c.clamp(max=0.0)
    lower, upper, intercept = (
        rows.gather(line, shape)
        for line in (relaxation.lower, relaxation.upper, relaxation.intercept)
    )
    values = positive * lower + negative * upper
    added = (negative * intercept).flatten(1).sum(1)
    if not relaxation.crowded:
        return Rows(values, rows.origin, rows.places), added
    with torch.no_grad():
        centre, tangent = (
            rows.gather(part, shape) for part in (relaxation.centre, relaxation.tangent)
        )
        steep = c * tangent
        lost = ((steep - values) * centre).flatten(1).sum(1) - added
        together = _lost_together(-negative, rows, relaxation, shape, centre.abs())
        better = together < lost
    if not bool(better.any()):
        return Rows(values, rows.origin, rows.places), added
    pick = better.reshape(-1, *(1,) * (c.ndim - 1))
    if c.requires_grad:
        steep = c * tangent
        together = _lost_together(-negative, rows, relaxation, shape, centre.abs())
    values = torch.where(pick, steep, values)
    return Rows(values, rows.origin, rows.places), torch.where(better, -together, added)


def _lost_together(
    negative: Tensor, rows: Rows, relaxation: Relaxation, shape: tuple[int, ...], depth: Tensor
) -> Tensor:
    """Return what a sum of ReLUs can lie below the tangents at the centre, float64 [n].

    A neuron at depth m from zero that moves by s lies (s - m) above its tangent, if s > m, times
    the size a of its coefficient; with a price p on s² the most it can gain is taken at s = a / 2p,
    or as far as it can move. Whatever the price, p · budget² and all gains is a bound.
    """
    spread = rows.gather(relaxation.spread, shape)
    a = torch.where(spread > depth, negative, 0.0) * (1.0 - relaxation.slope)
    start = a.detach().flatten(1).norm(dim=1) / (2.0 * max(relaxation.budget, _TINY))
    best = torch.full_like(start, torch.inf)
    for factor in _PRICES:
        price = (factor * start).clamp(min=_TINY)
        each = price.reshape(-1, *(1,) * (a.ndim - 1))
        step = torch.minimum(a / (2.0 * each), spread)
        gain = (a * (step - depth) - each * step * step).clamp(min=0.0)
        best = torch.minimum(best, price * relaxation.budget**2 + gain.flatten(1).sum(1))
    return best
