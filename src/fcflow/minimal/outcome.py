"""What the model itself says to the perturbations that a search found."""

from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.gradients.bounds import Box
from fcflow.gradients.gap import class_logits, gap_gradient
from fcflow.gradients.margins import Criterion as Margin
from fcflow.gradients.margins import margins
from fcflow.minimal.box import shifted
from fcflow.minimal.double_precision import in_float64
from fcflow.minimal.lengthening import confirmed
from fcflow.minimal.result import MinimalPerturbation
from fcflow.models.classes import answers
from fcflow.models.prepared import Prepared, Searched
from fcflow.perturbations import Perturbation

# Roundings of the logits that a flip must exceed to be certain: half of what the search lengthens
# it to, so that the last digit does not decide.
_CERTAIN = 3.0

_MARGIN: dict[str, Margin] = {"any": "argmax", "pair": "pair", "target": "target"}


@dataclass(frozen=True)
class Question:
    """What was asked for.

    Attributes
    ----------
    ready : Prepared
    searched : Searched
        The model that was searched.
    x, inside : floating point [n, ...]
        The points, as they were given and moved into the box.
    pair : int64 [n, 2]
        Source and target; twice the source for any other class.
    criterion : {"any", "pair", "target"}
    box : Box or None
    batch : int
    """

    ready: Prepared
    searched: Searched
    x: Tensor
    inside: Tensor
    pair: Tensor
    criterion: str
    box: Box | None
    batch: int

    def margin(self, logits: Tensor, rows: Tensor) -> Tensor:
        """Return by how much logits of some points are short of the criterion."""
        return margins(logits, self.pair[rows], _MARGIN[self.criterion])


def completed(
    question: Question, found: Perturbation, notes: tuple[str, ...]
) -> MinimalPerturbation:
    """Evaluate the model at what was found for the usable points, and return all points' results.

    ``notes`` say what was done to the points.
    """
    ready, x = question.ready, question.x
    rows = torch.nonzero(ready.usable)[:, 0]
    delta, norm = torch.zeros_like(x), torch.full_like(x.flatten(1)[:, 0].double(), torch.nan)
    success, certain = torch.zeros_like(ready.usable), torch.zeros_like(ready.usable)
    reached, forward = torch.full_like(ready.n_forward, -1), ready.n_forward.clone()
    backward, flat = torch.zeros_like(forward), torch.zeros_like(success)
    if rows.numel():
        delta[rows], success[rows], logits = _confirmed(question, rows, found)
        norm[rows] = delta[rows].double().flatten(1).norm(dim=1)
        norm[rows[~success[rows]]] = torch.inf
        reached[rows] = answers(logits)
        certain[rows] = success[rows] & _certain(question, rows, delta[rows], logits)
        forward[rows] += found.n_forward + 1
        backward[rows] = found.n_backward
        failed = torch.nonzero(ready.usable & ~success)[:, 0]
        flat = _flat(question, failed)
        forward[failed] += 1
        backward[failed] += 1

    source = question.pair[:, 0]
    return MinimalPerturbation(
        delta,
        norm,
        success,
        forward,
        backward,
        criterion=question.criterion,
        source=source.clone(),
        correct=ready.usable & (answers(ready.logits) == source),
        reached=reached,
        certain=certain,
        reason=_reasons(ready.refusal(x), success, flat),
        notes=(*notes, *ready.notes, *_precision(question)),
    )


def _confirmed(
    question: Question, rows: Tensor, found: Perturbation
) -> tuple[Tensor, Tensor, Tensor]:
    """Return perturbations of some points, whether they meet the criterion, and the model's logits.

    What a search on the logits found may fall back by the rounding of a softmax, and is then
    lengthened by up to a thousandth.
    """
    model, x = question.ready.model, question.x[rows]
    inside = x if question.inside is question.x else question.inside[rows]
    delta = shifted(x, inside, found.delta, question.box)
    delta = delta * found.success.reshape(-1, *[1] * (delta.ndim - 1))
    logits = class_logits(model, x + delta, question.batch)
    success = found.success & (question.margin(logits, rows) < 0)
    short = torch.nonzero(found.success & ~success)[:, 0]
    if short.numel():
        delta[short], success[short], _ = confirmed(
            model,
            x[short],
            delta[short],
            lambda logits, part: question.margin(logits, rows[short[part]]),
            bounds=question.box,
            batch=question.batch,
        )
        delta[short[~success[short]]] = 0.0
        logits[short] = class_logits(model, x[short] + delta[short], question.batch)
    return delta, success, logits


def _certain(question: Question, rows: Tensor, delta: Tensor, logits: Tensor) -> Tensor:
    """Return whether gaps are below zero by more than the roundings of the logits, bool [m].

    By how much they are off is seen from the float64 copy, where there is one.
    """
    ready, points = question.ready, question.x[rows] + delta
    if ready.behind is not ready.model:
        logits = class_logits(ready.behind, points, question.batch)
    missing = question.margin(logits, rows)
    rounding = max(torch.finfo(dtype).eps for dtype in (ready.dtype, points.dtype))
    off = rounding * logits.gather(1, question.pair[rows]).abs().sum(dim=1)
    exact = in_float64(question.searched, points[:1])
    if exact is not question.searched:
        truth = question.margin(class_logits(exact, points.double(), question.batch), rows)
        off, missing = off + (missing - truth).abs(), torch.maximum(missing, truth)
    return missing + _CERTAIN * off < 0


def _flat(question: Question, rows: Tensor) -> Tensor:
    """Return which points have a gap without a gradient, bool [n]; only some are looked at."""
    flat = torch.zeros_like(question.ready.usable)
    for part in rows.split(question.batch) if rows.numel() else ():
        _, gradient = gap_gradient(question.searched, question.inside[part], question.pair[part])
        flat[part] = ~((gradient != 0) & gradient.isfinite()).flatten(1).any(dim=1)
    return flat


def _reasons(refusals: tuple[str, ...], success: Tensor, flat: Tensor) -> tuple[str, ...]:
    reasons = []
    for refusal, good, level in zip(refusals, success.tolist(), flat.tolist(), strict=True):
        nothing = "no perturbation was found"
        if level:
            nothing += ": the gap has no gradient at x, as where outputs are saturated or constant"
        reasons.append(refusal or ("" if good else nothing))
    return tuple(reasons)


def _precision(question: Question) -> tuple[str, ...]:
    if question.x.dtype == torch.float64 or not question.searched.reason:
        return ()
    name = str(question.x.dtype).removeprefix("torch.")
    return (f"searched in {name}, without a float64 copy of the model: {question.searched.reason}",)
