"""Attacks of adversarial-library by the names of their functions, such as ``advlib:fmn``."""

from typing import Any

from torch import Tensor, nn

from fcflow.attacks.goal import Goal
from fcflow.attacks.others.installed import installed, unit_box
from fcflow.attacks.others.judged import JudgedPerturbation, judged
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion


def adversarial_library_attack(
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
    """Return what an attack of adversarial-library finds, point by point.

    Parameters
    ----------
    name : str
        A function of ``adv_lib.attacks``.
    model, x, source, target, criterion, bounds, batch
        As for every attack. For ``pair`` it is given a model of the two classes alone. The bounds
        must be (0, 1), which it takes for granted.
    **own
        What the function takes beside model, inputs, labels and ``targeted``.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, or adversarial-library is not installed.
    """
    library = installed(f"advlib:{name}")
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    unit_box(f"advlib:{name}", goal)

    def run(lent: nn.Module, point: Tensor, pair: Tensor) -> Any:
        aim = {"targeted": True} if criterion == "target" else {}
        label = pair[:, 1 if criterion == "target" else 0]
        return getattr(library, name)(lent, point, label, **aim, **own)

    return judged(goal, f"advlib:{name}", run, two_classes=True)
