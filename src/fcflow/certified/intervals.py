"""Intervals that hold every value of a network on a ball, carried forward layer by layer."""

from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.certified.graph import Graph, Node
from fcflow.certified.operations import EPS, margin_factor


@dataclass(frozen=True)
class Interval:
    """Bounds of a node's values, and what their rounding errors are relative to.

    Attributes
    ----------
    low, high : float64, of the node's shape
    size : float64, of the node's shape
        The sum of the magnitudes of all terms that make up a value, back to the last ReLU.
    """

    low: Tensor
    high: Tensor
    size: Tensor

    def within(self, low: Tensor, high: Tensor) -> "Interval":
        """Return the part of the interval between low and high."""
        return Interval(torch.maximum(self.low, low), torch.minimum(self.high, high), self.size)

    @property
    def largest(self) -> Tensor:
        """The largest magnitude."""
        return torch.maximum(self.low.abs(), self.high.abs())


def input_interval(x: Tensor, radius: float) -> Interval:
    """Return the interval of the input [1, ...] within ``radius``."""
    low, high = (x[0] - radius), (x[0] + radius)
    error = EPS * (x[0].abs() + radius)
    return Interval(low - error, high + error, x[0].abs() + radius + error)


def next_interval(node: Node, given: list[Interval]) -> Interval:
    """Return the interval of a node, from those of its inputs."""
    first = given[0]
    if node.slope is not None:
        low, high = (torch.where(z > 0, z, node.slope * z) for z in (first.low, first.high))
        error = EPS * first.largest * (node.slope > 0)
        low, high = low - error, high + error
        return Interval(low, high, torch.maximum(low.abs(), high.abs()))
    if node.operation is None:
        low, high = first.low + given[1].low, first.high + given[1].high
        size = first.size + given[1].size
        return Interval(low - 2 * EPS * size, high + 2 * EPS * size, size)
    operation = node.operation
    middle, reach = 0.5 * (first.low + first.high), 0.5 * (first.high - first.low)
    centre = operation.linear(middle[None])[0]
    reach = operation.magnitude(reach[None])[0]
    size = operation.magnitude(first.size[None])[0]
    if operation.bias is not None:
        centre = centre + operation.bias
        size = size + operation.bias.abs()
    error = margin_factor(operation.terms) * size
    return Interval(centre - reach - error, centre + reach + error, size)


def all_intervals(graph: Graph, x: Tensor, radius: float) -> dict[int, Interval]:
    """Return the intervals of all nodes within ``radius`` of a point x [1, ...]."""
    intervals = {0: input_interval(x, radius)}
    for i, node in enumerate(graph.nodes[1:], start=1):
        intervals[i] = next_interval(node, [intervals[j] for j in node.inputs])
    return intervals
