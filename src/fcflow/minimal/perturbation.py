"""Least L2 perturbations of any torch classifier, by projecting the original point ([FC] §6, ‖e‖).

The least e with g(x + e) < 0 is a fixed point of projecting x, not the last iterate, onto the
boundary linearised at the last iterate: with g and n = ∇g taken at x + e, the next e is the
shortest one with g + ⟨n, e' - e⟩ ≤ 0. Steps are halved where they fail to bring the gap closer to
zero. That is all it takes where the boundary is flat; from there

- the boundary is walked along, with the mean of the last gradients for its normal, which levels out
  the kinks of ReLU;
- this begins anew beside the best found, since a shorter perturbation often lies behind a kink;
- where it is far from its linearisation at x, as a deep network's is, the direction is annealed
  first, as DDN does;
- in few dimensions, where the closest point is often on a kink, the last linearisations are
  projected onto together.

Whatever flips is kept if it is shorter, and the ray through the best is searched for the boundary.
The last steps are in float64, on a float64 copy of the model where it allows that; what is returned
was evaluated by the model itself.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from fcflow.compression.gradients import (
    check_classes,
    check_model,
    check_pair,
    check_points,
    chunks,
    class_logits,
    gap_gradient,
    norm,
)
from fcflow.errors import InputError
from fcflow.minimal.certain_flips import certain_flips
from fcflow.minimal.search import Search

_SCREENED = 10  # of the most likely other classes, the gradient is taken at x
_FOLLOWED = 3  # of these, the closest by it are searched
_CLOSE = 1.2  # a class is searched further where its best is at most this much longer than the nearest class's
_DIRECTIONS = 64
_ANNEALED = 8  # gradients of an annealing, for one of a phase
_LONGEST, _SHORTER = 32, 16  # at most, without restarts, which find flips too, and with them


@dataclass(frozen=True)
class MinimalPerturbation:
    """What was found for each of n points.

    Attributes
    ----------
    delta : like x
        The perturbation; zero where nothing was found, or where x is misclassified already.
    norm : float64 [n]
        ‖delta‖; infinite where nothing was found.
    success : bool [n]
        Whether the model itself, in its own dtype, has the source's logit below another at x +
        delta.
    n_forward, n_backward : int64 [n]
        How often the model was evaluated at, and differentiated at, points belonging to x.
    """

    delta: Tensor
    norm: Tensor
    success: Tensor
    n_forward: Tensor
    n_backward: Tensor


def minimal_perturbation(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor | None = None,
    *,
    bounds: tuple[float, float] | None = None,
    steps: int = 7,
    restarts: int = 16,
    gradients: int = 100,
    batch: int = 64,
) -> MinimalPerturbation:
    """Return the smallest L2 perturbation found at which another class's logit exceeds the source's.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k].
    x : floating point [n, ...]
        The points; device and dtype of the results follow.
    source : int or integer tensor [n]
        The class to leave.
    target : int or integer tensor [n], optional
        The class to reach: f_source - f_target is brought below zero. By default the nearest class;
        of more than ten others, the ten most likely are looked at.
    bounds : (float, float), optional
        The least and greatest value that a coordinate of x + delta may take.
    steps : int
        Gradients of a phase, at most; annealing takes eight times as many, up to 32 (16 with
        restarts).
    restarts : int
        How often the search is begun anew from beside the best, at most.
    gradients : int
        A restart that could take a point beyond so many gradients, with what follows it, is not
        begun.
    batch : int
        Points in one evaluation of the model, at most.

    Returns
    -------
    MinimalPerturbation
        Upper bounds on the least perturbation: local search gives no proof. Failures are reported
        as such.

    Raises
    ------
    InputError
        If the model is in training mode or does not return finite logits [n, k ≥ 2], if x is not
        finite floating point or lies outside the bounds, or if source and target are equal or out
        of range.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval()
    >>> _ = linear.weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> minimal_perturbation(linear, torch.tensor([[1.0, 0.5]]), 0).norm.round(decimals=5)
    tensor([1.], dtype=torch.float64)
    """
    check_model(model)
    points = check_points("x", x)
    check_bounds(bounds, points)
    least_values = (
        ("steps", steps, 1),
        ("restarts", restarts, 0),
        ("gradients", gradients, 0),
        ("batch", batch, 1),
    )
    for name, value, least in least_values:
        if value < least:
            raise InputError(f"{name} must be at least {least}, got {value}")
    if len(points) == 0:
        none = torch.zeros(0, dtype=torch.int64, device=x.device)
        return MinimalPerturbation(
            torch.zeros_like(points), none.double(), none.bool(), none, none.clone()
        )
    if target is None:
        rows, pair, spent = _candidates(model, points, source, batch)
    else:
        pair = check_pair(source, target, points)
        rows = torch.arange(len(points), device=x.device)
        spent = torch.zeros_like(rows)
    search = Search(model, points[rows], pair, bounds, batch)
    found = _nearest(search, rows, steps, restarts, gradients - spent, leave=target is None)
    forward = found.n_forward + spent + int(target is None)
    return replace(found, n_forward=forward, n_backward=found.n_backward + spent)


def check_bounds(bounds: tuple[float, float] | None, x: Tensor) -> None:
    """Refuse bounds that are not an interval around every coordinate of ``x``."""
    if bounds is None:
        return
    low, high = bounds
    if not low < high:
        raise InputError(f"bounds must be a lower and a greater upper value, got {bounds}")
    if x.numel() and (float(x.min()) < low or float(x.max()) > high):
        raise InputError(
            f"x must lie within bounds {bounds}, got values from {float(x.min())} to"
            f" {float(x.max())}"
        )


def _candidates(
    model: nn.Module, x: Tensor, source: int | Tensor, batch: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the rows of x and the pairs to search, nearest classes first, and the evaluations spent on each of x."""
    logits = class_logits(model, x, batch)
    own = check_classes("source", source, x)[:, None]
    if int(own.min()) < 0 or int(own.max()) >= logits.shape[1]:
        raise InputError(f"source must be a class from 0 to {logits.shape[1] - 1}")
    others = min(_SCREENED, logits.shape[1] - 1)
    likely = logits.scatter(1, own, -torch.inf).topk(others, dim=1).indices
    distance = torch.zeros(likely.shape, dtype=torch.float64, device=x.device)
    screened = others if others > _FOLLOWED else 0
    for j in range(screened):
        pair = torch.cat([own, likely[:, j : j + 1]], dim=1)
        for part in chunks(len(x), batch):
            values, gradient = gap_gradient(model, x[part], pair[part])
            distance[part, j] = (values[:, 0] - values[:, 1]) / norm(gradient.double())
    # A class whose gradient is zero is out of reach to first order, and comes last.
    order = distance.nan_to_num(nan=torch.inf).argsort(dim=1, stable=True)[:, :_FOLLOWED]
    rows = torch.arange(len(x), device=x.device).repeat_interleave(order.shape[1])
    spent = torch.full((len(x),), screened, dtype=torch.int64, device=x.device)
    return rows, torch.cat([own[rows], likely.gather(1, order).reshape(-1, 1)], dim=1), spent


def _nearest(
    search: Search, owner: Tensor, steps: int, restarts: int, gradients: Tensor, *, leave: bool
) -> MinimalPerturbation:
    """Search every pair, and return the shortest perturbation of each point, which has ``gradients`` [n] left."""
    fewer = max(1, 2 * steps // 3)
    search.follow(max(1, steps // 2))
    search.walk(2 * steps)
    search.keep_nearest(owner, _CLOSE)
    search.descend(steps, search.flat())
    search.keep_nearest(owner, 1.0)
    if leave:
        search.leave()
    curved = search.curved()
    search.anneal(min(_ANNEALED * steps, _SHORTER if restarts else _LONGEST), curved)
    search.descend(steps, curved[search.best_norm[curved].isfinite()])
    if restarts:
        search.scan(_DIRECTIONS, steps)
        search.restart_downhill(fewer)
    most = gradients - fewer - steps - search.rounds * steps
    for seed in range(1, restarts):
        search.restart_aside(
            fewer, seed, (_by_point(search.n_backward, owner, most) <= most)[owner]
        )
    if restarts:
        search.descend(steps)
    search.finish(steps)
    delta, length, success = certain_flips(search)
    # Sorted by length, the first row of each point is its best; the sort is stable, so ties go to
    # the likelier class.
    order = torch.argsort(length, stable=True)
    best = order[torch.argsort(owner[order], stable=True)].reshape(len(gradients), -1)[:, 0]
    spent = [
        _by_point(counts, owner, gradients) for counts in (search.n_forward, search.n_backward)
    ]
    return MinimalPerturbation(delta[best], length[best], success[best], *spent)


def _by_point(counts: Tensor, owner: Tensor, like: Tensor) -> Tensor:
    """Return the sum of a point's ``counts``, one for each pair, int64 [n] as ``like``."""
    return torch.zeros_like(like).index_add(0, owner, counts)
