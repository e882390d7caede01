"""Least L2 perturbations of any torch classifier, by projecting the original point ([FC] §6, ‖e‖).

The least e with g(x + e) < 0 is a fixed point of projecting x, not the last iterate, onto the
boundary linearised at the last iterate: with g and n = ∇g taken at x + e, the next e is the
shortest one with g + ⟨n, e' - e⟩ ≤ 0, which points down n. That is all it takes where the boundary
is flat. The gradients of a network differ from place to place, by kinks or by curvature, so that

- the direction is the mean of the gradients along the way, in which the latest count less and less;
- of many classes, the nearest by gap over gradient are set out towards, and those that turn out to
  be close are gone on with;
- the search begins anew where rays beside the best cross the boundary, since a shorter perturbation
  often lies behind a kink: until several in a row come back to the same length;
- in few dimensions, where the closest point is often on a kink, the last linearisations are
  projected onto together.

Whatever flips is kept if it is shorter, and the ray through the best is followed to the boundary,
at last on a float64 copy of the model where it allows that; what is returned was evaluated by the
model itself.
"""

from dataclasses import replace
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds, check_bounds
from fcflow.gradients.checks import check_points
from fcflow.gradients.coordinates import Numbers
from fcflow.minimal.blocks import search_in_blocks
from fcflow.minimal.effort import Effort, plan_for
from fcflow.minimal.outcome import Question, completed
from fcflow.minimal.result import MinimalPerturbation
from fcflow.models.classes import named_pair
from fcflow.models.prepared import Searched, prepare

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
        The class to reach. By default whichever is nearest: all are compared at x, to first order,
        and the nearest of them set out towards; the result says how many.
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
        is never worse on any point. Over the shortest that anything found on eight small networks
        (dense, convolutional, adversarially trained, attention), lengths were on average 1.002,
        1.0003 and 1.0002 times as long, at worst 1.009, 1.0012 and 1.0007 times on one network, for
        24 to 48, 71 to 150 and 118 to 550 gradients a point; a DDN of 1,000 was at 1.04.
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
        own, other = named_pair(source, target, ready.logits)
        # Twice the source stands for any other class.
        pair = torch.stack([own, own if other is None else other], dim=1)
        searched = Searched(ready.behind)
        question = Question(ready, searched, given, inside, pair, criterion, box, batch)
        found, looked_at = search_in_blocks(question, plan)
        result = completed(question, found, (moved,) if moved else ())
        return replace(
            result, classes_compared=looked_at.compared, classes_searched=looked_at.searched
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
