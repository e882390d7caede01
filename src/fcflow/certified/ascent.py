"""Slopes below ReLUs chosen so that a certified distance grows (α-CROWN, Xu et al. 2021).

Every slope between the leaky one and 1 gives a true bound, so the slopes may be moved by gradient
steps, for each gap its own, and the best bound on the way is kept.
"""

from dataclasses import replace

import torch
from torch import Tensor

from fcflow.certified.backward import Line, lower_line
from fcflow.certified.graph import Graph
from fcflow.certified.layers import Layers
from fcflow.certified.operations import margin_factor
from fcflow.certified.region import Region
from fcflow.certified.rows import Rows

_RATE = 0.3  # of the first step, in slopes
_DECAY = 0.95
_HOPELESS = 3.0  # radii below zero from where the steps lead nowhere
_PATIENCE, _STALL = 4, 0.02  # so many steps must close this part of what is left


def distances(line: Line, region: Region) -> Tensor:
    """Return how far from x the functions stay positive, float64 [n]: at least so far.

    Negative where a function is not positive at x itself; infinite where it is constant.
    """
    x, w = region.x.flatten(), line.w
    size = w.abs() @ x.abs() + line.b.abs()
    centre = w @ x + line.b - line.margin - margin_factor(len(x)) * size
    length = w.norm(dim=1) * (1.0 + margin_factor(len(x)))
    reached: Tensor = centre / length
    return reached


def ascend(
    graph: Graph, rows: Rows, layers: Layers, region: Region, steps: int
) -> tuple[Tensor, Tensor]:
    """Return the distance that each gap is positive to, float64 [n], and that line's w [n, d].

    Parameters
    ----------
    graph : Graph
    rows : Rows
        n gaps of logits: coefficients of the last node.
    layers : Layers
        Bounds on the region.
    region : Region
    steps : int
        Gradient steps.
    """
    last = len(graph.nodes) - 1
    line = lower_line(graph, last, rows, layers.relaxations, layers.intervals)
    best, direction = distances(line, region), line.w
    before = best
    places = [i for i, line in layers.relaxations.items() if bool(line.unstable.any())]
    settled = (best >= region.radius) | (best <= -_HOPELESS * region.radius)
    if steps == 0 or not places or bool(settled.all()):
        return best, direction
    n = len(rows.values)
    slopes = {
        i: layers.relaxations[i].lower.expand(n, *graph.nodes[i].shape).clone().requires_grad_()
        for i in places
    }
    optimiser = torch.optim.Adam(list(slopes.values()), lr=_RATE)
    for step in range(steps):
        if step % _PATIENCE == 0:
            if step and bool((best - before < _STALL * (region.radius - best)).all()):
                break
            before = best
        relaxations = layers.relaxations | {
            i: replace(layers.relaxations[i], lower=slope) for i, slope in slopes.items()
        }
        with torch.enable_grad():
            line = lower_line(graph, last, rows, relaxations, layers.intervals)
            reached = distances(line.detached(), region)
            better = reached > best
            best = torch.where(better, reached, best)
            direction = torch.where(better[:, None], line.w.detach(), direction)
            # A step that raises b - ρ ‖w‖ at the present distance ρ raises that distance.
            rho = reached.clamp(0.0, region.radius)
            value = line.w @ region.x.flatten() + line.b - rho * line.w.norm(dim=1)
            gradients = torch.autograd.grad(-value.sum(), list(slopes.values()))
        for (i, slope), gradient in zip(slopes.items(), gradients, strict=True):
            slope.grad = gradient * layers.relaxations[i].unstable
        optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] *= _DECAY
        with torch.no_grad():
            for i, slope in slopes.items():
                least = graph.nodes[i].slope or 0.0
                unstable = layers.relaxations[i].unstable
                slope.copy_(torch.where(unstable, slope.clamp(least, 1.0), slope))
    return best, direction
