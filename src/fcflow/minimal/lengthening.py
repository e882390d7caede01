"""Perturbations lengthened until they flip: one loop for the search, its results and the attacks.

A perturbation that ends on the boundary may fall back by rounding, in another dtype or evaluated
among other points. How it is lengthened, and what counts as a flip, is up to the caller.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from fcflow.gradients.bounds import Box
from fcflow.gradients.checks import check_model, check_points
from fcflow.gradients.gap import class_logits
from fcflow.minimal.box import clipped

# Relative to the perturbation: from about ten roundings of float32, which is what evaluating a
# point alone changes, to a length that tables of three digits would show.
CONFIRMING = (0.0, 1e-6, 1e-5, 1e-4, 1e-3)

Tried = tuple[Tensor, Tensor]  # points, as rows of a batch, and a perturbation for each


def lengthen(
    delta: Tensor,
    first: Tried,
    evaluate: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]],
    longer: Callable[[Tensor, Tensor], Tried],
) -> tuple[Tensor, Tensor]:
    """Try ever longer perturbations of points.

    Parameters
    ----------
    delta : [n, ...]
        What is returned for points that never flip.
    first : int64 [m] and [m, ...]
        The first perturbations to try, and whose they are.
    evaluate : callable
        From rows and their perturbations to whether they flip, bool, and to what is missing.
    longer : callable
        From the rows that did not flip, and what was missing, to the next to try; none ends it. It
        may keep rows back for later, and may bring back rows that have flipped, to be evaluated
        among the others again.

    Returns
    -------
    delta : [n, ...]
    success : bool [n]
        Whether a point flipped when it was evaluated last.
    """
    delta = delta.clone()
    success = torch.zeros(len(delta), dtype=torch.bool, device=delta.device)
    rows, tried = first
    while rows.numel():
        flips, missing = evaluate(rows, tried)
        success[rows] = flips
        delta[rows[flips]] = tried[flips]
        rows, tried = longer(rows[~flips], missing[~flips])
    return delta, success


def confirmed(
    model: nn.Module,
    x: Tensor,
    delta: Tensor,
    margin: Callable[[Tensor, Tensor], Tensor],
    *,
    bounds: Box | None,
    overshoots: Sequence[float] = CONFIRMING,
    batch: int = 1,
) -> tuple[Tensor, Tensor, Tensor]:
    """Evaluate perturbations anew, and lengthen those that fail, as little as makes them succeed.

    A search that evaluated several points at once may have stopped where rounding decides.

    Parameters
    ----------
    model : torch module in evaluation mode
    x, delta : floating point [n, ...]
    margin : callable
        From logits, float64 [m, k], and the rows of x that they belong to, int64 [m], to how much
        each is short of success: below zero where it is met.
    bounds : Box or None
        Perturbed points are clipped to this interval, exactly.
    overshoots : sequence of float
        By how much the perturbation is lengthened, relative to itself, from one try to the next.
    batch : int
        Points evaluated at once; by default each point alone.

    Returns
    -------
    delta : [n, ...]
        As it was given where no try succeeds.
    success : bool [n]
    logits : float64 [n, k]
        The model's, at what was tried last.
    """
    check_model(model)
    x = check_points("x", x)
    remaining = iter(overshoots)
    everything = torch.arange(len(x), device=x.device)
    answers = torch.zeros(0, 0)

    def evaluate(rows: Tensor, tried: Tensor) -> tuple[Tensor, Tensor]:
        nonlocal answers
        logits = class_logits(model, x[rows] + tried, batch)
        answers = logits if len(rows) == len(x) else answers.index_copy(0, rows, logits)
        missing = margin(logits, rows)
        return missing < 0, missing

    def longer(rows: Tensor, missing: Tensor) -> Tried:
        overshoot = next(remaining, None)
        if overshoot is None or rows.numel() == 0:
            return rows[:0], delta[:0]
        return rows, clipped(x[rows], delta[rows] * (1 + overshoot), bounds)

    first = longer(everything, everything)
    lengthened, success = lengthen(delta, first, evaluate, longer)
    return lengthened, success, answers
