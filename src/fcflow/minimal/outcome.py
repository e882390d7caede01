"""What the model itself says to the perturbations that a search found."""

import torch
from torch import Tensor

from fcflow.gradients.bounds import Box
from fcflow.gradients.gap import class_logits
from fcflow.gradients.margins import Criterion as Margin
from fcflow.gradients.margins import margins
from fcflow.minimal.box import shifted
from fcflow.minimal.lengthening import confirmed
from fcflow.minimal.result import MinimalPerturbation
from fcflow.models.prepared import Prepared, Searched
from fcflow.perturbations import Perturbation

# Roundings of the logits that a flip must exceed to be certain: half of what the search lengthens
# it to, so that the last digit does not decide.
_CERTAIN = 3.0

_MARGIN: dict[str, Margin] = {"any": "argmax", "pair": "pair", "target": "target"}


def completed(
    found: Perturbation,
    ready: Prepared,
    searched: Searched,
    x: Tensor,
    inside: Tensor,
    pair: Tensor,
    criterion: str,
    box: Box | None,
    batch: int,
    *,
    notes: tuple[str, ...],
) -> MinimalPerturbation:
    """Evaluate the model at what was found for the usable points, and return all points' results.

    Parameters
    ----------
    found : Perturbation
        Of the usable points moved into the box.
    ready : Prepared
    searched : Searched
        The model that was searched.
    x, inside : floating point [n, ...]
        The points, as given and moved into the box.
    pair : int64 [n, 2]
    criterion : {"any", "pair", "target"}
    box : Box or None
    batch : int
    notes : tuple of str
        What was done to the points.
    """
    rows = torch.nonzero(ready.usable)[:, 0]
    delta, norm = torch.zeros_like(x), torch.full_like(pair[:, 0], torch.nan, dtype=torch.float64)
    success, reached = torch.zeros_like(ready.usable), torch.full_like(pair[:, 0], -1)
    certain, forward = success.clone(), torch.zeros_like(reached)
    backward = forward.clone()
    if rows.numel():
        flat = x[rows] if inside is x else inside[rows]
        start = x[rows] if inside is not x else flat
        tried = shifted(start, flat, found.delta, box)
        delta[rows], success[rows], logits = _confirmed(
            ready, start, tried, found.success, pair[rows], criterion, box, batch
        )
        norm[rows] = delta[rows].double().flatten(1).norm(dim=1)
        norm[rows[~success[rows]]] = torch.inf
        reached[rows] = logits.argmax(dim=1)
        certain[rows] = success[rows] & _certain(
            searched, start + delta[rows], pair[rows], criterion, batch
        )
        forward[rows], backward[rows] = found.n_forward, found.n_backward

    source = pair[:, 0]
    correct = ready.usable & (ready.logits.nan_to_num(nan=-torch.inf).argmax(dim=1) == source)
    return MinimalPerturbation(
        delta,
        norm,
        success,
        forward + ready.n_forward,
        backward,
        criterion=criterion,
        source=source.clone(),
        correct=correct,
        reached=reached,
        certain=certain,
        reason=_reasons(ready, x, success),
        notes=(*notes, *ready.notes, *_precision(searched, x)),
    )


def _confirmed(
    ready: Prepared,
    x: Tensor,
    delta: Tensor,
    found: Tensor,
    pair: Tensor,
    criterion: str,
    box: Box | None,
    batch: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return perturbations that the given model meets the criterion at, which do, and its logits.

    What a search on the logits found may fall back by the rounding of a softmax, and is then
    lengthened by up to a thousandth.
    """

    def margin(logits: Tensor, rows: Tensor) -> Tensor:
        return margins(logits, pair[rows], _MARGIN[criterion])

    delta = delta * found.reshape(-1, *[1] * (delta.ndim - 1))
    logits = class_logits(ready.model, x + delta, batch)
    every = torch.arange(len(x), device=x.device)
    success = found & (margin(logits, every) < 0)
    short = torch.nonzero(found & ~success)[:, 0]
    if short.numel():
        longer, flips, _ = confirmed(
            ready.model,
            x[short],
            delta[short],
            lambda logits, rows: margin(logits, short[rows]),
            bounds=box,
            batch=batch,
        )
        success[short], delta[short] = flips, longer
        delta[short[~flips]] = 0.0
        logits[short] = class_logits(ready.model, x[short] + delta[short], batch)
    return delta, success, logits


def _certain(
    searched: Searched, points: Tensor, pair: Tensor, criterion: str, batch: int
) -> Tensor:
    """Return whether gaps are below zero by more than the roundings of the logits, bool [m].

    By how much they are off is seen from the float64 copy, where there is one.
    """
    logits = class_logits(searched, points, batch)
    missing = margins(logits, pair, _MARGIN[criterion])
    with torch.no_grad():
        coarsest = searched(points[:1].clone()).dtype
    rounding = max(torch.finfo(coarsest).eps, torch.finfo(points.dtype).eps)
    off = rounding * logits.gather(1, pair).abs().sum(dim=1)
    exact = searched.in_float64(points[:1])
    if exact is not searched and points.dtype != torch.float64:
        doubled = class_logits(exact, points.double(), batch)
        truth = margins(doubled, pair, _MARGIN[criterion])
        off, missing = off + (missing - truth).abs(), torch.maximum(missing, truth)
    return missing + _CERTAIN * off < 0


def _reasons(ready: Prepared, x: Tensor, success: Tensor) -> tuple[str, ...]:
    refusals = zip(ready.refusal(x), success.tolist(), strict=True)
    return tuple(
        refusal or ("" if good else "no perturbation was found") for refusal, good in refusals
    )


def _precision(searched: Searched, x: Tensor) -> tuple[str, ...]:
    if x.dtype == torch.float64 or not searched.reason:
        return ()
    name = str(x.dtype).removeprefix("torch.")
    return (f"searched in {name}, without a float64 copy of the model: {searched.reason}",)
