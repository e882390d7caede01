"""Attacks of a user's own file, such as ``my_attacks.py:pgd``."""

from typing import Any

from torch import Tensor, nn

from fcflow.attacks.goal import Goal
from fcflow.attacks.others.judged import JudgedPerturbation, judged
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion
from fcflow.user_functions import told_in_a_line, user_entry


def own_attack(
    name: str,
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    criterion: Criterion = "pair",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
    **own: Any,
) -> JudgedPerturbation:
    """Return what a function ``(model, x, source, target, bounds) -> x_adv`` finds.

    It is given one point at a time, x [1, ...], source and target int64 [1], bounds as they are
    here; and ``criterion``, if that is one of its keyword-only parameters.

    Parameters
    ----------
    name : str
        ``path/file.py:function``, which is imported.
    model, x, source, target, criterion, bounds, batch
        As for every attack.
    **own
        Its other keyword-only parameters.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, or the file cannot be imported.
    """
    attack = told_in_a_line(name)  # one state of the file for all points
    if "criterion" in user_entry(name).keywords:
        own["criterion"] = criterion
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)

    def run(lent: nn.Module, point: Tensor, pair: Tensor) -> Any:
        return attack(lent, point, *pair.unbind(dim=1), goal.bounds, **own)

    return judged(goal, name, run, two_classes=False)
