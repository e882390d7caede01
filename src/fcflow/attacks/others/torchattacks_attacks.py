"""Attacks of torchattacks by the names of their classes, such as ``torchattacks:PGDL2``."""

from typing import Any

from torch import Tensor, nn

from fcflow.attacks.goal import Goal
from fcflow.attacks.others.installed import installed, unit_box
from fcflow.attacks.others.judged import JudgedPerturbation, judged
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion


def torchattacks_attack(
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
    """Return what an attack of torchattacks finds, point by point.

    Parameters
    ----------
    name : str
        A class of ``torchattacks``.
    model, x, source, target, criterion, bounds, batch
        As for every attack. For ``pair`` it is given a model of the two classes alone. The bounds
        must be (0, 1), which it takes for granted.
    **own
        What the class takes beside the model.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, or torchattacks is not installed.
    """
    library = installed(f"torchattacks:{name}")
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    unit_box(f"torchattacks:{name}", goal)

    def run(lent: nn.Module, point: Tensor, pair: Tensor) -> Any:
        attack = getattr(library, name)(lent, **own)
        attack.set_device(point.device)
        if criterion == "target":
            attack.set_mode_targeted_by_label(quiet=True)
        return attack(point, pair[:, 1 if criterion == "target" else 0])

    return judged(goal, f"torchattacks:{name}", run, two_classes=True)
