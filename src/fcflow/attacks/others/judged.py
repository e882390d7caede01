"""What an attack that is not ours returns, point by point, and whether it is what was asked for.

Each point is attacked by itself. So its evaluations can be counted, what fails at one point costs
no other its result, and no result depends on how points are grouped.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Goal
from fcflow.attacks.others.counted import Counted, Kept, lent
from fcflow.attacks.pair_logits import PairLogits
from fcflow.errors import InputError, InputWarning
from fcflow.gradients.bounds import Box
from fcflow.minimal.lengthening import CONFIRMING
from fcflow.perturbations import Perturbation

# Beside the bounds: what adding and clipping in the points' own dtype may leave, in roundings.
_ROUNDINGS = 8

Run = Callable[[nn.Module, Tensor, Tensor], Any]


@dataclass(frozen=True)
class JudgedPerturbation(Perturbation):
    """What an attack that is not ours found, as it was evaluated here.

    Attributes
    ----------
    reason : tuple of str, n of them
        Why a point has no perturbation; empty where it has one.
    """

    reason: tuple[str, ...] = ()


class WrongResult(Exception):  # noqa: N818 (it is told in a row, and never raised to the user)
    """What an attack returned is no perturbed point."""


class ModelChanged(Exception):  # noqa: N818 (it is told in a row, and never raised to the user)
    """An attack changed the model's tensors, and what it returned is about another model."""


def judged(goal: Goal, name: str, run: Run, *, two_classes: bool) -> JudgedPerturbation:
    """Attack each point by itself, and judge what is returned.

    Parameters
    ----------
    goal : Goal
    name : str
        What the attack is called in reasons and warnings.
    run : callable
        From a model, one point [1, ...] and its classes, int64 [1, 2], to the perturbed point.
    two_classes : bool
        Whether for the criterion ``pair`` the model is one of two classes, the pair being 0 and 1.

    Returns
    -------
    JudgedPerturbation
        Points that meet the criterion as they are have a perturbation of zero.
    """
    everything, delta = goal.everything(), torch.zeros_like(goal.x)
    flipped = goal.margin(everything, delta) < 0
    reasons = [""] * len(delta)
    kept = Kept(goal.model)
    for row in torch.nonzero(~flipped)[:, 0].tolist():
        one = everything[row : row + 1]
        try:
            returned = _attacked(goal, one, run, kept, two_classes=two_classes)
            delta[one], missing = _lengthened(goal, one, returned)
            flipped[one] = missing < 0
            if not missing < 0:
                reasons[row] = _short(goal, returned, missing)
        except WrongResult as error:
            reasons[row] = f"returned {error}"
        except ModelChanged as error:
            reasons[row] = f"returned nothing usable: it changed the model's {error}"
        except Exception as error:  # whatever other people's code raises
            reasons[row] = _raised(error, name)
    found = goal.result(delta, flipped)
    told = tuple(
        "" if good else f"{name} {reason or 'returned a point that rounding takes back'}"
        for good, reason in zip(found.success.tolist(), reasons, strict=True)
    )
    _tell(told)
    return JudgedPerturbation(
        found.delta, found.norm, found.success, found.n_forward, found.n_backward, told
    )


def _attacked(goal: Goal, one: Tensor, run: Run, kept: Kept, *, two_classes: bool) -> Tensor:
    """Return what an attack adds to one point, [1, ...]."""
    x, pair = goal.x[one], goal.pair[one]
    counted = Counted(goal.model)
    model: nn.Module = counted
    if two_classes and goal.criterion == "pair":
        model, pair = PairLogits(counted, pair), torch.tensor([[0, 1]], device=pair.device)
    try:
        with lent(goal.model, x.device):
            returned = run(model, x.clone(), pair.clone())
    finally:
        changed = kept.put_back()
        goal.n_forward[one] += counted.n_forward
        goal.n_backward[one] += counted.n_backward
    if changed:
        raise ModelChanged(changed[0])
    perturbed = _as_point(returned, x, goal.bounds)
    return goal.clipped(one, perturbed - x)


def _as_point(returned: Any, x: Tensor, bounds: Box | None) -> Tensor:
    """Return what an attack returned as a point like x; refuse what is none."""
    if not isinstance(returned, Tensor):
        raise WrongResult(f"a {type(returned).__name__}, not a tensor like x")
    if returned.shape != x.shape:
        raise WrongResult(f"the shape {list(returned.shape)}, not {list(x.shape)}")
    perturbed = returned.detach().to(x.device, x.dtype)
    wrong = int((~perturbed.isfinite()).sum())
    if wrong:
        raise WrongResult(f"NaN or infinity in {wrong} of {x.numel()} coordinates")
    if bounds is not None:
        low, high = (torch.as_tensor(end, dtype=x.dtype, device=x.device) for end in bounds)
        outside = float(torch.maximum(low - perturbed, perturbed - high).max())
        largest = float(torch.maximum(low.abs().max(), high.abs().max()))
        if outside > _ROUNDINGS * torch.finfo(x.dtype).eps * largest:
            raise WrongResult(f"a point outside of the bounds by {outside:.2g}")
    return perturbed


def _raised(error: Exception, name: str) -> str:
    lines = str(error).strip().splitlines()
    first = lines[0] if lines else ""
    if isinstance(error, InputError):  # it says where in a user's file it happened
        return first.removeprefix(f"{name} ")
    return f"raised {type(error).__name__}: {first}".rstrip(": ")


def _lengthened(goal: Goal, one: Tensor, delta: Tensor) -> tuple[Tensor, float]:
    """Return a perturbation as short as it flips, and by how much it is short of that.

    Many attacks end on the boundary, where rounding decides. So theirs are lengthened by up to a
    thousandth, as ours are, which no table of three digits shows.
    """
    missing = torch.inf
    for overshoot in CONFIRMING:
        longer = goal.clipped(one, delta * (1 + overshoot))
        margin = float(goal.margin(one, longer))
        missing = min(missing, margin)
        if margin < 0 or not bool((delta != 0).any()):
            return longer, margin
    return delta, missing


def _short(goal: Goal, delta: Tensor, missing: float) -> str:
    if not bool((delta != 0).any()):
        return "returned the point as it was"
    return f"returned a point that is short of {goal.criterion!r} by {missing:.3g}"


def _tell(reasons: tuple[str, ...]) -> None:
    """Warn of points without a perturbation, and say why the first of them has none."""
    failed = [reason for reason in reasons if reason]
    if failed:
        warnings.warn(
            f"{len(failed)} of {len(reasons)} points have no perturbation, the first because"
            f" {failed[0]}",
            InputWarning,
            stacklevel=4,
        )
