"""Networks with one layer of ReLUs, bounded by splitting regions by the signs of neurons."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fcflow.certified.backward import lower_line, unit_rows
from fcflow.certified.graph import Graph, pruned
from fcflow.certified.hidden_layer import certified_radius
from fcflow.certified.intervals import all_intervals
from fcflow.certified.operations import margin_factor
from fcflow.certified.radius import Search
from fcflow.certified.rows import Rows
from fcflow.errors import InputError

_WEIGHTS = 2**23  # of the hidden layer as a matrix, 64 MB
_ENOUGH = 0.999  # as much of an upper bound is not improved


@dataclass(frozen=True)
class Shallow:
    """A network z = H1 x + delta1, logits = A relu(z) + b.

    Attributes
    ----------
    H1 : float64 [m, d]
    delta1 : float64 [m]
    before, after : Graph
        From x to z, and from relu(z) to the logits.
    """

    H1: NDArray[np.float64]
    delta1: NDArray[np.float64]
    before: Graph
    after: Graph

    @classmethod
    def of(cls, graph: Graph) -> "Shallow | None":
        """Return the two parts of a graph, or None where it has another shape or is too large."""
        relus = [i for i, node in enumerate(graph.nodes) if node.slope is not None]
        if len(relus) != 1 or graph.nodes[relus[0]].slope != 0.0:
            return None
        (relu,) = relus
        hidden = graph.nodes[relu].inputs[0]
        later = range(relu + 1, len(graph.nodes))
        if any(j < relu for i in later for j in graph.nodes[i].inputs):
            return None
        if graph.nodes[hidden].size * graph.nodes[0].size > _WEIGHTS:
            return None
        before, after = pruned(graph.nodes, hidden, graph.device), graph.tail(relu)
        places = torch.arange(before.nodes[-1].size, device=graph.device)
        zero = torch.zeros(1, *graph.nodes[0].shape, dtype=torch.float64, device=graph.device)
        rows = unit_rows(before, len(before.nodes) - 1, places)
        line = lower_line(before, len(before.nodes) - 1, rows, {}, all_intervals(before, zero, 0.0))
        return cls(line.w.cpu().numpy(), line.b.cpu().numpy(), before, after)

    def gap(self, x: Tensor, row: Tensor, radius: float) -> tuple[NDArray[np.float64], float]:
        """Return s and c of a gap ⟨s, relu(z)⟩ + c of the logits, no larger than the network's.

        What rounding can have changed in H1, delta1, s and c is taken from c, for perturbations
        within ``radius`` of the point x [1, ...].
        """
        hidden = all_intervals(self.before, x, radius)[len(self.before.nodes) - 1]
        top = hidden.high.clamp(min=0.0)
        last = len(self.after.nodes) - 1
        line = lower_line(
            self.after, last, Rows(row[None]), {}, all_intervals(self.after, top[None], 0.0)
        )
        terms = sum(
            margin_factor(node.operation.terms if node.operation is not None else 1)
            for node in self.before.nodes
        )
        error = 2.0 * terms * float(line.w.abs()[0] @ hidden.size.flatten())
        return line.w[0].cpu().numpy(), float(line.b - line.margin) - error


def split_signs(search: Search, network: Shallow, max_nodes: int) -> None:
    """Improve what is proved about all gaps that may decide, the least first."""
    x = search.x.flatten().cpu().numpy()[None]
    best = search.upper
    for j in search.proved.argsort().tolist():
        proved = float(search.proved[j])
        if proved >= best:
            break
        upper = min(2.0 * proved, best) if proved > 0.0 else min(best, 1.0)
        while True:
            s, c = network.gap(search.x, search.gaps[j], upper)
            radius = _radius(network, s, c, x, upper, max_nodes)
            search.evaluations += 1
            search.proved[j] = max(float(search.proved[j]), radius)
            if radius < _ENOUGH * upper or upper >= best:
                break
            upper = min(2.0 * upper, best)
        best = min(best, float(search.proved[j]))


def _radius(
    network: Shallow,
    s: NDArray[np.float64],
    c: float,
    x: NDArray[np.float64],
    upper: float,
    max_nodes: int,
) -> float:
    try:
        bound = certified_radius(
            network.H1, network.delta1, s, c, x, upper=[upper], max_nodes=max_nodes
        )
    except InputError:  # a constant gap, or numbers whose squares overflow: nothing is proved
        return 0.0
    return float(bound.radius[0])
