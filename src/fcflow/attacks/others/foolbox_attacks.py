"""Attacks of Foolbox by the names of their classes, such as ``foolbox:DDNAttack``."""

import math
from typing import Any

from torch import Tensor, nn

from fcflow.attacks.goal import Goal
from fcflow.attacks.others.judged import JudgedPerturbation, judged
from fcflow.errors import InputError
from fcflow.extras import paper_extra
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion

# Times the largest coordinate: no perturbation goes that far.
_OUT_OF_REACH = 1e3


def foolbox_attack(
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
    """Return what an attack of Foolbox finds, point by point.

    Parameters
    ----------
    name : str
        A class of ``foolbox.attacks``.
    model, x, source, target, criterion, bounds, batch
        As for every attack. For ``pair`` Foolbox is given a model of the two classes alone. Its
        bounds are two numbers; without any it is given some that are out of reach.
    **own
        What the class takes; and ``epsilon``, where its attack is one of a given size.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range.
    MissingExtraError
        If Foolbox is not installed.

    Examples
    --------
    >>> import torch
    >>> linear = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> found = foolbox_attack("DDNAttack", linear, torch.tensor([[1.0, 0.5]]), 0, 1, steps=50)
    >>> found.norm.round(decimals=1), found.n_backward
    (tensor([1.], dtype=torch.float64), tensor([50]))
    """
    with paper_extra():
        import foolbox
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    if goal.bounds is not None and isinstance(goal.bounds[0], Tensor):
        raise InputError("bounds must be two numbers: Foolbox takes no others")
    size = {"epsilon": own.pop("epsilon")} if "epsilon" in own else {}
    try:
        attack = getattr(foolbox.attacks, name)(**own)
    except Exception as error:
        raise InputError(f"foolbox:{name} cannot be made: {error}") from error

    def run(lent: nn.Module, point: Tensor, pair: Tensor) -> Any:
        wide = _OUT_OF_REACH * (1.0 + math.ceil(float(point.abs().max())))
        bounds = goal.bounds or (-wide, wide)
        wrapped = foolbox.PyTorchModel(lent, bounds=bounds, device=point.device)
        if criterion == "target":
            sought = foolbox.criteria.TargetedMisclassification(pair[:, 1])
        else:
            sought = foolbox.criteria.Misclassification(pair[:, 0])
        return attack.run(wrapped, point, sought, **size)

    return judged(goal, f"foolbox:{name}", run, two_classes=True)
