"""What is compared: the search's presets, and the attacks of Foolbox and adversarial-library.

All look for the shortest L2 perturbation in [0, 1] after which another class is the answer.
"""

import hashlib
import importlib
import sys
import types
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import foolbox
import torch
from torch import Tensor, nn

import fcflow
from fcflow.minimal.perturbation import minimal_perturbation

BOX = (0.0, 1.0)
Run = Callable[[nn.Module, Tensor, Tensor], Tensor]


class Attack(NamedTuple):
    """One way to attack.

    Attributes
    ----------
    run : callable
        From a model, points [n, ...] and their classes [n] to perturbed points.
    version : callable
        Returns what its results depend on beside the model and the points.
    steps : int or None
        Gradients a point, where that is fixed.
    most_classes : int or None
        It is not run on networks of more, at each of whose steps it takes a gradient a class.
    """

    run: Run
    version: Callable[[], str]
    steps: int | None = None
    most_classes: int | None = None


# The presets of the search, as arguments of ``minimal_perturbation``.
PRESETS: dict[str, dict[str, Any]] = {
    "fcflow quick": {"effort": "quick"},
    "fcflow default": {"effort": "default"},
    "fcflow thorough": {"effort": "thorough"},
}
DEFAULT, QUICK, THOROUGH = "fcflow default", "fcflow quick", "fcflow thorough"


def _search(model: nn.Module, x: Tensor, y: Tensor, **preset: Any) -> Tensor:
    return x + minimal_perturbation(model, x, y, bounds=BOX, **preset).delta


def _foolbox(
    model: nn.Module, x: Tensor, y: Tensor, make: Callable[[], foolbox.attacks.Attack]
) -> Tensor:
    wrapped = foolbox.PyTorchModel(model, bounds=BOX, device="cpu")
    perturbed: Tensor = make().run(wrapped, x, foolbox.criteria.Misclassification(y))
    return perturbed


def _adversarial_library(
    model: nn.Module, x: Tensor, y: Tensor, name: str, **options: Any
) -> Tensor:
    # Its modules import a package that draws curves, which nothing here asks them to draw.
    if "visdom" not in sys.modules and find_spec("visdom") is None:
        sys.modules["visdom"] = types.ModuleType("visdom")
    attack = getattr(importlib.import_module("adv_lib.attacks"), name)
    perturbed: Tensor = attack(model, x, y, **options)
    return perturbed


@cache
def _own_version() -> str:
    """Return a digest of the package's code: it may change without its version's number."""
    digest = hashlib.sha256()
    package = Path(fcflow.__file__).parent
    for room in ("minimal", "gradients", "models"):
        for path in sorted((package / room).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _peer(
    run: Run, package: str, steps: int | None = None, most_classes: int | None = None
) -> Attack:
    return Attack(run, lambda: f"{package}-{version(package)}", steps, most_classes)


ATTACKS: dict[str, Attack] = {
    **{
        name: Attack(partial(_search, **preset), lambda: f"fcflow-{_own_version()}")
        for name, preset in PRESETS.items()
    },
    **{
        f"DDN-{steps}": _peer(
            partial(_foolbox, make=partial(foolbox.attacks.DDNAttack, steps=steps)),
            "foolbox",
            steps,
        )
        for steps in (100, 1000)
    },
    # Foolbox 3.3.4 has an FMN too, but its projection onto the L2 ball leaves every point where it
    # is, so that its results are several times as long.
    **{
        f"FMN-{steps}": _peer(
            partial(_adversarial_library, name="fmn", norm=2, steps=steps), "adv-lib", steps
        )
        for steps in (100, 1000)
    },
    "DeepFool": _peer(partial(_foolbox, make=foolbox.attacks.L2DeepFoolAttack), "foolbox"),
    "ALMA-300": _peer(partial(_adversarial_library, name="alma", num_steps=300), "adv-lib", 300),
    "SuperDeepFool": _peer(partial(_adversarial_library, name="sdf"), "adv-lib", most_classes=100),
}


def installed() -> dict[str, Attack]:
    """Return the attacks whose packages are installed, and say which are not."""
    there = {}
    for name, attack in ATTACKS.items():
        try:
            attack.version()
        except PackageNotFoundError as error:
            print(f"{name}: {error.name} is not installed: skipped")
        else:
            there[name] = attack
    return there


def seed() -> None:
    """Seed what the attacks draw from."""
    torch.manual_seed(0)
