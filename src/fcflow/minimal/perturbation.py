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
from fcflow.gradients.bounds import Bounds, Box, check_bounds
from fcflow.gradients.checks import check_classes, check_points, check_range
from fcflow.gradients.coordinates import Numbers
from fcflow.gradients.gap import ANY
from fcflow.minimal.effort import Effort, Plan, plan_for
from fcflow.minimal.half_flips import HALF
from fcflow.minimal.nearest_classes import nearest_classes
from fcflow.minimal.outcome import completed
from fcflow.minimal.result import MinimalPerturbation
from fcflow.minimal.search.finish import use_float64
from fcflow.minimal.search.plan import no_points, search
from fcflow.minimal.search.state import begin
from fcflow.models.prepared import Searched, prepare
from fcflow.perturbations import Perturbation

# Points are searched together up to so many coordinates, or as many points as are evaluated at
# once: with small inputs, more at once are quicker, and take little memory.
_BLOCK = 2**16

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
    effort: Effort = "default",
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
    effort : {"quick", "default", "thorough"}
        How long to search. Each preset goes on from what the one before finds, so that more effort
        is never worse on any point.
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
    _check_counts(batch=(batch, 1))
    plan = plan_for(effort)
    criterion = _criterion(criterion, target)
    with torch.inference_mode(False):
        given = check_points("x", x, finite=False)
        box, inside, moved = check_bounds(bounds, given)
        ready = prepare(model, inside, batch=batch, mean=mean, std=std, check_rows=check_rows)
        pair = _pair(source, target, criterion, ready.logits, ready.usable)
        searched = Searched(ready.behind).eval()
        rows = torch.nonzero(ready.usable)[:, 0]

        shortest, screened = _search(
            searched,
            inside[rows],
            pair[rows],
            criterion,
            ready.logits.shape[1],
            box,
            plan,
            batch,
        )
        return completed(
            shortest,
            ready,
            searched,
            given,
            inside,
            pair,
            criterion,
            box,
            batch,
            notes=(moved,) if moved else (),
        )


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


def _pair(
    source: int | Tensor | None,
    target: int | Tensor | None,
    criterion: Criterion,
    logits: Tensor,
    usable: Tensor,
) -> Tensor:
    """Return source and target of each point, int64 [n, 2]; the same twice for any other class."""
    answer = logits.nan_to_num(nan=-torch.inf).argmax(dim=1)
    own = answer if source is None else check_classes("source", source, logits)
    other = own if target is None else check_classes("target", target, logits)
    for name, index in (("source", own), ("target", other)):
        if len(logits):
            check_range(name, index, logits.shape[1])
    if criterion != "any" and bool(((own == other) & usable).any()):
        raise InputError(
            "source and target must be different classes"
            + (": the target is the model's answer at x" if source is None else "")
        )
    return torch.stack([own, other], dim=1)


def _search(
    model: nn.Module,
    x: Tensor,
    pair: Tensor,
    criterion: Criterion,
    classes: int,
    box: Box | None,
    plan: Plan,
    batch: int,
) -> tuple[Perturbation, int]:
    """Return the shortest perturbations of points where the model has a finite answer.

    And how many other classes of each were compared. The points are worked through in blocks, so
    that what a search holds beside the results does not grow with them.
    """
    # With two classes, a target is reached where the gap of the pair is below zero.
    if criterion == "target" and classes > 2:
        pair = torch.stack([torch.full_like(pair[:, 0], ANY), pair[:, 1]], dim=1)
    blocks = [
        _search_block(model, x[part], pair[part], criterion == "any", box, plan, batch)
        for part in chunks(len(x), max(batch, _BLOCK // x[0].numel()) if len(x) else batch)
    ]
    if not blocks:
        return no_points(x), 0
    fields = zip(*(vars(block).values() for block, _ in blocks), strict=True)
    return Perturbation(*(torch.cat(field) for field in fields)), blocks[0][1]


def _search_block(
    model: nn.Module,
    x: Tensor,
    pair: Tensor,
    leave: bool,
    box: Box | None,
    plan: Plan,
    batch: int,
) -> tuple[Perturbation, int]:
    state = begin(model, x, pair, box, batch)
    if x.dtype in HALF:
        use_float64(state)
    if not leave:
        return search(state, None, plan), 1
    near = nearest_classes(model, x, pair[:, 0], plan[-1].classes, batch)
    shortest = search(state, near.classes, plan)
    counted = replace(
        shortest,
        n_forward=shortest.n_forward + near.n_forward,
        n_backward=shortest.n_backward + near.n_backward,
    )
    return counted, near.screened
