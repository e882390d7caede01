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
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH, chunks
from fcflow.gradients.bounds import Bounds, check_bounds
from fcflow.gradients.checks import check_classes, check_points
from fcflow.gradients.coordinates import Numbers
from fcflow.gradients.gap import ANY, class_logits, gap_gradient
from fcflow.gradients.vectors import norm
from fcflow.minimal.half_flips import HALF
from fcflow.minimal.outcome import Question, completed
from fcflow.minimal.result import MinimalPerturbation
from fcflow.minimal.search.finish import use_float64
from fcflow.minimal.search.plan import search_pairs
from fcflow.minimal.search.state import begin
from fcflow.models.classes import named_pair
from fcflow.models.prepared import Searched, prepare
from fcflow.perturbations import Perturbation

# Of so many of the most likely other classes the gradient is taken at x, and so many of these, the
# closest by it, are searched: with 1000 classes more would cost more than they find.
_SCREENED, _FOLLOWED = 10, 3

Criterion = Literal["any", "pair", "target"]


def minimal_perturbation(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    criterion: Criterion | None = None,
    bounds: Bounds | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    steps: int = 7,
    restarts: int = 16,
    gradients: int = 100,
    batch: int = DEFAULT_BATCH,
    check_rows: bool = True,
) -> MinimalPerturbation:
    """Return the least L2 perturbation found at which a model leaves a class, or reaches one.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k], each row depending on its own input alone. Behind a
        softmax, a sigmoid or another function that keeps the order of the logits, these are
        searched: it is the same question. A scripted, exported or compiled module will do. It is
        left as it was, and so is x.
    x : floating point [n, ...]
        The points; device and dtype of the results follow.
    source : int or integer tensor [n], optional
        The class to leave; by default the model's answer at x.
    target : int or integer tensor [n], optional
        The class to reach. By default the nearest class; of more than ten others, the ten most
        likely are looked at.
    criterion : {"any", "pair", "target"}, optional
        What has to hold at x + delta. ``any``, the default without a target: another class's logit
        exceeds the source's. ``target``, the default with one: the target's logit exceeds all
        others, so that the model answers with it. ``pair``: the target's logit exceeds the
        source's, whatever the other classes do, the gap f_source - f_target of the papers; the
        model may answer with a third class.
    bounds : (low, high), optional
        The least and greatest value that a coordinate of x + delta may take: numbers, one for each
        channel (the first axis of an input), or tensors that broadcast to an input. Points outside
        by no more than rounding are moved inside, which ``notes`` says; the perturbation starts
        from x as it was given.
    mean, std : float, sequence or tensor, optional
        For a model that expects (x - mean) / std: numbers, one for each channel, or tensors. x, the
        bounds, the perturbation and its length are then in the units before that.
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
    check_rows : bool
        Whether to refuse a model whose output is not a function of one row: one that draws random
        numbers (dropout called as a function), takes statistics of the batch or keeps a state. It
        costs two evaluations of up to four points, each with as many others. Without it, such a
        model is searched, and what is found holds for the batches in which it was evaluated.

    Returns
    -------
    MinimalPerturbation
        Upper bounds on the least perturbation: local search gives no proof. Failures are reported
        as such, and so are points at which the model has no finite answer: their norm is NaN,
        their ``reason`` says why, and the other points are searched.

    Raises
    ------
    InputError
        In one line that names the argument: if the model is in training mode, fails at x, does not
        return logits [n, k ≥ 2], has no finite answer at any of the points, has no gradient to its
        input although it depends on it, or is not a function of one row; if x is not floating point
        or lies outside the bounds; or if source and target are equal or out of range.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval()
    >>> _ = linear.weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> minimal_perturbation(linear, torch.tensor([[1.0, 0.5]]), 0).norm.round(decimals=5)
    tensor([1.], dtype=torch.float64)
    """
    _check_counts(
        steps=(steps, 1), restarts=(restarts, 0), gradients=(gradients, 0), batch=(batch, 1)
    )
    criterion = _criterion(criterion, target)
    with torch.inference_mode(False):
        given = check_points("x", x, finite=False)
        box, inside, moved = check_bounds(bounds, given)
        ready = prepare(model, inside, batch=batch, mean=mean, std=std, check_rows=check_rows)
        own, other = named_pair(source, target, ready.logits)
        # Twice the source stands for any other class.
        pair = torch.stack([own, own if other is None else other], dim=1)
        searched = Searched(ready.behind)
        question = Question(ready, searched, given, inside, pair, criterion, box, batch)
        found = _search(question, steps, restarts, gradients)
        return completed(question, found, (moved,) if moved else ())


def _check_counts(**counts: tuple[int, int]) -> None:
    """Refuse numbers that are not whole, or less than their least value."""
    for name, (value, least) in counts.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise InputError(f"{name} must be at least {least}, got {value!r}")


def _criterion(criterion: str | None, target: int | Tensor | None) -> Criterion:
    if criterion is None:
        return "any" if target is None else "target"
    for known in get_args(Criterion):
        if criterion == known:
            if (known == "any") != (target is None):
                needs = "takes no target" if known == "any" else "needs a target"
                raise InputError(f"criterion {known!r} {needs}")
            return known  # type: ignore[no-any-return]
    raise InputError(
        f"criterion must be one of {', '.join(get_args(Criterion))}, got {criterion!r}"
    )


def _search(question: Question, steps: int, restarts: int, gradients: int) -> Perturbation:
    """Return the shortest perturbations of the points at which the model has a finite answer."""
    usable, batch = question.ready.usable, question.batch
    model, x, pair = question.searched, question.inside[usable], question.pair[usable]
    if len(x) == 0:
        none = torch.zeros(0, dtype=torch.int64, device=x.device)
        return Perturbation(torch.zeros_like(x), none.double(), none.bool(), none, none.clone())

    leave = question.criterion == "any"
    if leave:
        rows, pair, spent = _candidates(model, x, pair[:, 0], batch)
    else:
        rows = torch.arange(len(x), device=x.device)
        spent = torch.zeros_like(rows)
        # Of two classes, the target is reached where the gap of the pair is below zero.
        if question.criterion == "target" and question.ready.logits.shape[1] > 2:
            pair = torch.stack([torch.full_like(pair[:, 0], ANY), pair[:, 1]], dim=1)

    state = begin(model, x[rows], pair, question.box, batch)
    if x.dtype in HALF:
        use_float64(state)
    shortest = search_pairs(state, rows, steps, restarts, gradients - spent, leave=leave)
    forward = shortest.n_forward + spent + int(leave)
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
