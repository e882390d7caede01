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

from dataclasses import replace

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH, chunks
from fcflow.gradients.checks import (
    check_bounds,
    check_classes,
    check_model,
    check_pair,
    check_points,
)
from fcflow.gradients.gap import class_logits, gap_gradient
from fcflow.gradients.vectors import norm
from fcflow.minimal.search.plan import search_pairs
from fcflow.minimal.search.state import begin
from fcflow.perturbations import Perturbation

# Of so many of the most likely other classes the gradient is taken at x, and so many of these, the
# closest by it, are searched: with 1000 classes more would cost more than they find.
_SCREENED, _FOLLOWED = 10, 3

MinimalPerturbation = Perturbation  # the name in the public API


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
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Return the least L2 perturbation found that puts another class's logit above the source's.

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
        How often the search is begun anew, at most: once down the gradient from x, all other times
        from beside the best.
    gradients : int
        A restart from beside the best that could take a point beyond so many gradients, with what
        follows it, is not begun.
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
        return Perturbation(
            torch.zeros_like(points), none.double(), none.bool(), none, none.clone()
        )

    if target is None:
        rows, pair, spent = _candidates(model, points, source, batch)
    else:
        pair = check_pair(source, target, points)
        rows = torch.arange(len(points), device=x.device)
        spent = torch.zeros_like(rows)

    state = begin(model, points[rows], pair, bounds, batch)
    left = gradients - spent
    shortest = search_pairs(state, rows, steps, restarts, left, leave=target is None)
    forward = shortest.n_forward + spent + int(target is None)
    return replace(shortest, n_forward=forward, n_backward=shortest.n_backward + spent)


def _candidates(
    model: nn.Module, x: Tensor, source: int | Tensor, batch: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return rows of x and the pairs to search, nearest classes first, and gradients spent on x."""
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
