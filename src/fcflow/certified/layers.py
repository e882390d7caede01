"""Bounds of every layer of a network on a region, each from those before it.

A layer's values are first bounded by intervals. Where that leaves the sign of a ReLU's argument
open, the argument is bounded by a linear function of the input instead, up to ``limit`` neurons of
a layer; of a layer with more, those with the widest intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.certified.backward import lower_line, unit_rows
from fcflow.certified.graph import Graph
from fcflow.certified.intervals import Interval, all_intervals, input_interval, next_interval
from fcflow.certified.lipschitz import Lipschitz
from fcflow.certified.operations import margin_factor
from fcflow.certified.region import Region
from fcflow.certified.relaxation import Relaxation, relax
from fcflow.certified.rows import Rows

_NUMBERS = 2**22  # in the coefficients of one chunk of rows, 32 MB


@dataclass(frozen=True)
class Layers:
    """Intervals of all nodes and relaxations of all ReLUs on one region."""

    intervals: dict[int, Interval]
    relaxations: dict[int, Relaxation]


@dataclass(frozen=True)
class LinearNode:
    """A node with no ReLU before it that a ReLU is applied to: exact on every ball.

    Attributes
    ----------
    norm : float64, of the node's shape
        Of the gradient of each value.
    factor : float
        Rounding errors are at most this times the interval's ``size``.
    """

    norm: Tensor
    factor: float


def linear_nodes(graph: Graph) -> dict[int, LinearNode]:
    """Return the gradients' lengths of the ReLUs' arguments that no ReLU comes before."""
    one = torch.ones(1, *graph.nodes[0].shape, dtype=torch.float64, device=graph.device)
    intervals = all_intervals(graph, one, 0.0)
    nodes = {}
    for i in graph.rectified:
        if i not in graph.linear:
            continue
        places = torch.arange(graph.nodes[i].size, device=graph.device)
        norm = torch.cat(
            [
                lower_line(graph, i, unit_rows(graph, i, part), {}, intervals).w.norm(dim=1)
                for part in _chunks(graph, i, places)
            ]
        )
        terms = sum(
            margin_factor(node.operation.terms if node.operation is not None else 1)
            for node in graph.nodes[: i + 1]
        )
        factor = 2.0 * (terms + margin_factor(graph.nodes[0].size))
        nodes[i] = LinearNode(norm.reshape(graph.nodes[i].shape), factor)
    return nodes


def _chunks(graph: Graph, i: int, places: Tensor) -> list[Tensor]:
    """Split places so that one chunk's coefficients have ``_NUMBERS`` entries at most."""
    if i not in graph.widths:
        return list(places.split(64)) if len(places) else []
    return list(places.split(max(1, _NUMBERS // graph.widths[i]))) if len(places) else []


def bound_layers(
    graph: Graph,
    linear: Mapping[int, LinearNode],
    lipschitz: Lipschitz,
    region: Region,
    known: Mapping[int, Interval] | None = None,
    limit: int = 2**16,
) -> Layers:
    """Return bounds of every layer on the region.

    Parameters
    ----------
    graph : Graph
    linear : mapping of int to LinearNode
        As :func:`linear_nodes` returns it.
    region : Region
    known : mapping of int to Interval, optional
        Bounds on a larger region, which these are at least as narrow as.
    limit : int
        Neurons of one layer that are bounded by linear functions.
    """
    values = graph.values(region.x)
    middle = values if region.middle is region.x else graph.values(region.middle)
    turned = (
        None
        if region.direction is None
        else graph.values(region.direction.reshape(region.x.shape), biases=False)
    )
    rectified = set(graph.rectified)
    layers = Layers({0: input_interval(region.x, region.radius)}, {})
    drift = [0.0]  # what rounding can have changed in the values at the middle, in L2
    for i, node in enumerate(graph.nodes[1:], start=1):
        interval = next_interval(node, [layers.intervals[j] for j in node.inputs])
        if node.slope is not None:
            argument = layers.intervals[node.inputs[0]]
            j = node.inputs[0]
            budget = lipschitz.total[j] * region.around + drift[j]
            layers.relaxations[i] = relax(
                argument.low, argument.high, node.slope, middle[j][0], budget
            )
        if known is not None and i in rectified:
            interval = interval.within(known[i].low, known[i].high)
        layers.intervals[i] = interval
        terms = 1 if node.operation is None else node.operation.terms
        added = margin_factor(terms) * float(interval.size.norm())
        drift.append(lipschitz.gain[i] * sum(drift[j] for j in node.inputs) + added)
        if i in linear:
            along = linear[i].norm.new_zeros(()) if turned is None else turned[i][0]
            layers.intervals[i] = _exact(interval, values[i][0], along, linear[i], region)
        elif i in rectified:
            layers.intervals[i] = _narrowed(graph, i, interval, layers, region, limit)
    return layers


def _exact(
    interval: Interval, value: Tensor, along: Tensor, node: LinearNode, region: Region
) -> Interval:
    error = node.factor * interval.size
    rise = region.reach(along, node.norm, error) + error
    fall = region.reach(-along, node.norm, error) + error
    return interval.within(value - fall, value + rise)


def _narrowed(
    graph: Graph, i: int, interval: Interval, layers: Layers, region: Region, limit: int
) -> Interval:
    """Narrow the interval of node i where it holds both signs."""
    low, high = interval.low.flatten().clone(), interval.high.flatten().clone()
    places = ((low < 0) & (high > 0)).nonzero().flatten()
    if len(places) > limit:
        width = (high - low)[places]
        places = places[width.topk(limit).indices].sort().values
    for part in _chunks(graph, i, places):
        rows = unit_rows(graph, i, part)
        below = least(graph, i, rows, layers, region)
        above = -least(graph, i, Rows(-rows.values, rows.origin), layers, region)
        low[part] = torch.maximum(low[part], below)
        high[part] = torch.minimum(high[part], above)
    shape = interval.low.shape
    return interval.within(low.reshape(shape), high.reshape(shape))


def least(graph: Graph, i: int, rows: Rows, layers: Layers, region: Region) -> Tensor:
    """Return lower bounds, on the region, of linear functions of node i, float64 [n]."""
    line = lower_line(graph, i, rows, layers.relaxations, layers.intervals)
    x = region.x.flatten()
    along = line.b.new_zeros(()) if region.direction is None else line.w @ region.direction
    centre = line.w @ x + line.b
    error = margin_factor(len(x)) * (line.w.abs() @ x.abs() + line.b.abs())
    return centre - region.reach(-along, line.w.norm(dim=1)) - line.margin - error
