"""A network as a list of affine operations, (leaky) ReLUs and sums, in float64."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod

import torch
from torch import Tensor

from fcflow.certified.operations import Operation


@dataclass(frozen=True)
class Node:
    """The input, an affine operation, a ReLU (``slope`` where its argument is < 0), or a sum.

    Attributes
    ----------
    inputs : tuple of int
        The nodes it is computed from; none for the input.
    shape : tuple of int
        Of its value at one point.
    operation : Operation, optional
        For an affine node.
    slope : float, optional
        For a ReLU, in [0, 1].
    follows : (int, float), optional
        An earlier node and a factor: two values of this node differ by at most the factor times as
        much as those of the earlier one, in L2.
    """

    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    operation: Operation | None = None
    slope: float | None = None
    follows: tuple[int, float] | None = None

    @property
    def size(self) -> int:
        """How many values it has."""
        return prod(self.shape)


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of computation: the input first, the logits last.

    ``widths`` remembers how many numbers one row of coefficients took at most on its way from a
    node to the input.
    """

    nodes: tuple[Node, ...]
    device: torch.device
    widths: dict[int, int] = field(default_factory=dict)

    @property
    def rectified(self) -> list[int]:
        """The nodes that a ReLU is applied to, in order."""
        found = {node.inputs[0] for node in self.nodes if node.slope is not None}
        return sorted(found)

    @property
    def linear(self) -> frozenset[int]:
        """The nodes with no ReLU before them."""
        before: set[int] = set()
        for i, node in enumerate(self.nodes):
            if node.slope is None and all(j in before for j in node.inputs):
                before.add(i)
        return frozenset(before)

    def tail(self, i: int) -> "Graph":
        """Return the graph of what comes after node i, as a function of it alone."""
        later = [
            replace(node, inputs=tuple(j - i for j in node.inputs), follows=None)
            for node in self.nodes[i + 1 :]
        ]
        return Graph((Node((), self.nodes[i].shape), *later), self.device)

    def values(self, x: Tensor, *, biases: bool = True) -> list[Tensor]:
        """Return the values of all nodes at float64 points [n, ...].

        Without biases those of the linear nodes are what the linear parts make of x.
        """
        values: list[Tensor] = []
        for node in self.nodes:
            given = [values[j] for j in node.inputs]
            if not node.inputs:
                value = x
            elif node.slope is not None:
                value = torch.where(given[0] > 0, given[0], node.slope * given[0])
            elif node.operation is not None:
                value = node.operation.linear(given[0])
                if biases and node.operation.bias is not None:
                    value = value + node.operation.bias
            else:
                value = given[0] + given[1]
            values.append(value)
        return values


def pruned(nodes: Sequence[Node], output: int, device: torch.device) -> Graph:
    """Return the graph of what ``output`` is computed from."""
    needed = {output, 0}
    for i in range(output, -1, -1):
        if i in needed:
            needed.update(nodes[i].inputs)
    order = sorted(needed)
    place = {old: new for new, old in enumerate(order)}
    kept = [
        replace(
            nodes[i],
            inputs=tuple(place[j] for j in nodes[i].inputs),
            follows=_moved(nodes[i].follows, place),
        )
        for i in order
    ]
    return Graph(tuple(kept), device)


def _moved(follows: tuple[int, float] | None, place: dict[int, int]) -> tuple[int, float] | None:
    return None if follows is None else (place[follows[0]], follows[1])
