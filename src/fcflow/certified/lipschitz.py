"""How much a network's layers can change with its input: Lipschitz constants in L2.

A matrix has the largest singular value. A convolution with zeros around is a part of one on a
torus, which Fourier's transform splits into one small matrix for every frequency (Sedghi et al.
2019; a stride adds the phases of the input to its channels). Matrices of coefficients ≥ 0 are
bounded by the largest sums of rows and columns.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from fcflow.certified.graph import Graph, Node
from fcflow.certified.operations import Convolution, Dense, Scale, Selection, Weighting
from fcflow.certified.rows import Rows

_ROUNDING = 1.0 + 1e-9  # a thousand times what a singular value is off by


@dataclass(frozen=True)
class Lipschitz:
    """Upper bounds on the changes of every node, in L2.

    Attributes
    ----------
    total : list of float
        ‖change of node‖ / ‖change of input‖.
    gain : list of float
        ‖change of node‖ / ‖change of the nodes it is computed from‖, for each of them.
    """

    total: list[float]
    gain: list[float]


def lipschitz_constants(graph: Graph) -> Lipschitz:
    """Return how much every node can change with the input, and with the nodes before it.

    Examples
    --------
    >>> from fcflow.certified.reading import read_graph
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU()).eval()
    >>> _ = model[0].weight.data.copy_(torch.tensor([[3.0, 0.0], [0.0, 4.0]]))
    >>> graph = read_graph(model, torch.zeros(1, 2))
    >>> [round(bound, 6) for bound in lipschitz_constants(graph).total]
    [1.0, 4.0, 4.0]
    """
    bounds, gains = [1.0], [1.0]
    for node in graph.nodes[1:]:
        given = [bounds[j] for j in node.inputs]
        gain, bound = 1.0, sum(given)
        if node.operation is not None:
            gain = _gain(graph, node)
            bound = gain * given[0]
            bound = min(bound, _scaled_convolution(graph, node, bounds))
        if node.follows is not None:
            base, factor = node.follows
            bound = min(bound, factor * bounds[base])
        bounds.append(bound)
        gains.append(gain)
    return Lipschitz(bounds, gains)


def _gain(graph: Graph, node: Node) -> float:
    operation = node.operation
    shape = graph.nodes[node.inputs[0]].shape
    if isinstance(operation, Dense):
        return float(torch.linalg.matrix_norm(operation.weight, ord=2)) * _ROUNDING
    if isinstance(operation, Convolution):
        return convolution_gain(operation, node.shape)
    if isinstance(operation, Scale):
        return float(operation.factor.abs().max()) * _ROUNDING
    if isinstance(operation, Selection):
        return 1.0
    assert isinstance(operation, Weighting)  # noqa: S101  (the last kind)
    ones = torch.ones(1, *shape, dtype=torch.float64, device=graph.device)
    rows = operation.linear(ones)
    columns = operation.transpose(Rows(torch.ones_like(rows)), shape).values
    return math.sqrt(float(rows.max()) * float(columns.max())) * _ROUNDING


def _scaled_convolution(graph: Graph, node: Node, bounds: list[float]) -> float:
    """Return the bound of a convolution and the scale of its channels taken together."""
    before = graph.nodes[node.inputs[0]]
    shifted = before
    while isinstance(shifted.operation, Scale) and shifted.operation.factor.numel() == 1:
        if float(shifted.operation.factor) != 1.0:
            return math.inf
        shifted = graph.nodes[shifted.inputs[0]]
    if not isinstance(node.operation, Scale) or not isinstance(shifted.operation, Convolution):
        return math.inf
    factor = node.operation.factor
    if factor.ndim != 3 or factor.shape[1:] != (1, 1):
        return math.inf
    inner = shifted.operation
    weight = inner.weight * factor.flatten().expand(len(inner.weight)).reshape(-1, 1, 1, 1)
    scaled = Convolution(weight, None, inner.stride, inner.padding, inner.dilation, inner.groups)
    return convolution_gain(scaled, shifted.shape) * bounds[shifted.inputs[0]]


def convolution_gain(operation: Convolution, shape: tuple[int, ...]) -> float:
    """Return an upper bound on the largest singular value, given the output's shape [c, h, w]."""
    kernel = _dilated(operation.weight, operation.dilation)
    down, right = operation.stride
    out, _, height, width = kernel.shape
    kernel = functional.pad(kernel, (0, -width % right, 0, -height % down))
    phases = [kernel[..., a::down, b::right] for a in range(down) for b in range(right)]
    split = torch.cat(phases, dim=1)
    sides = [shape[axis] + split.shape[axis + 1] - 1 for axis in (1, 2)]
    largest = 0.0
    for part in split.split(out // operation.groups):
        matrices = torch.fft.rfft2(part, s=sides).permute(2, 3, 0, 1).flatten(0, 1)
        if matrices.shape[1] > matrices.shape[2]:
            matrices = matrices.mT
        gram = matrices @ matrices.mH
        largest = max(largest, float(torch.linalg.eigvalsh(gram)[:, -1].max()))
    return math.sqrt(largest) * _ROUNDING


def _dilated(weight: Tensor, dilation: tuple[int, int]) -> Tensor:
    if dilation == (1, 1):
        return weight
    out, within, height, width = weight.shape
    down, right = dilation
    spaced = weight.new_zeros(out, within, down * (height - 1) + 1, right * (width - 1) + 1)
    spaced[..., ::down, ::right] = weight
    return spaced
