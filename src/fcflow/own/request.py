"""What ``fcflow measure`` is asked for, as a section of the configuration would say it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fcflow.config.messages import message
from fcflow.config.yaml_text import parse_yaml
from fcflow.errors import InputError
from fcflow.experiments.images.own.named import Named
from fcflow.extras import paper_extra
from fcflow.user_functions import is_user_function

with paper_extra():
    from pydantic import ValidationError

# Options that are called otherwise than the keys of the configuration that they give.
_OPTIONS = {
    "model.factory": "--model",
    "model.weights": "--weights",
    "model.timm": "--timm",
    "model.torchvision": "--torchvision",
    "model.exported": "--exported",
    "model": "--model, --timm, --torchvision or --exported",
    "data": "--images",
    "data.size": "--size",
    "data.mean": "--mean",
    "data.std": "--std",
    "data.bounds": "--bounds",
    "data.classes": "--classes",
    "data.label": "--label",
    "data.most": "--most",
    "pairs": "--pairs",
    "attacks": "--attack",
    "measures": "--measure",
}


def settings_of(options: Mapping[str, Any]) -> Named:
    """Return the section that the command's options stand for.

    Parameters
    ----------
    options : mapping
        ``model`` (``file.py:function``), ``weights``, ``timm``, ``torchvision``, ``exported``;
        ``images`` (a folder of class folders, ``.npz`` or ``.parquet``), ``size``, ``mean``,
        ``std``, ``bounds``, ``classes``, ``label``, ``most``; ``pairs`` (``nearest``, two classes
        ``a:b``, a ``.csv``, or ``file.py:function``), ``max_pairs``; ``attacks`` and ``measures``,
        lists of names, those of attacks with keys behind them, ``ddn,steps=50``. None or an empty
        list is as if it were not there.

    Raises
    ------
    InputError
        In one line that names the option at fault.

    Examples
    --------
    >>> section = settings_of({"timm": "resnet18", "images": ".", "attacks": ["ddn,steps=9"]})
    >>> section.attacks[0].model_dump()
    {'attack': 'ddn', 'criterion': 'pair', 'box': True, 'steps': 9}
    """
    given = {key: value for key, value in options.items() if value not in (None, "", [], ())}
    section: dict[str, Any] = {
        "model": _model(given),
        "data": _data(given),
        "pairs": _pairs(given),
        # Rows of pairs by themselves, which a kill of the process costs one of at most.
        "jobs": 1,
    }
    if "attacks" in given:
        section["attacks"] = [_attack(text) for text in given["attacks"]]
    if "measures" in given:
        section["measures"] = list(given["measures"])
    try:
        return Named.model_validate(section)
    except ValidationError as error:
        fault = error.errors()[0]
        raise InputError(f"{_option(fault['loc'])}: {message(fault)}") from None


def as_options(text: str, name: str) -> str:
    """Return an error about a section's keys as one about the command's options.

    Examples
    --------
    >>> as_options("images.mine: check data.mean and data.std", "mine")
    'check --mean and --std'
    """
    own = text.replace(f"images.{name}.", "").replace(f"images.{name}: ", "")
    options = "|".join(key.removeprefix("data.") for key in _OPTIONS if key.startswith("data."))
    return re.sub(r"^pairs(\.\w+)?:", "--pairs:", re.sub(rf"\bdata\.({options})\b", r"--\1", own))


def _option(location: Sequence[Any]) -> str:
    """Return the option that gave a key."""
    parts = [str(part) for part in location]
    for depth in range(len(parts), 0, -1):
        option = _OPTIONS.get(".".join(parts[:depth]))
        if option:
            return option
    return ".".join(parts)


def _model(given: Mapping[str, Any]) -> dict[str, Any]:
    names = {"factory": given.get("model")}
    names |= {key: given.get(key) for key in ("timm", "torchvision", "exported", "weights")}
    return {key: value for key, value in names.items() if value is not None}


def _data(given: Mapping[str, Any]) -> dict[str, Any]:
    if "images" not in given:
        raise InputError("--images: is missing; give a folder with a folder of pictures a class")
    source = str(given["images"])
    if not Path(source).exists():
        raise InputError(f"--images: there is nothing at {source}")
    kind = {".npz": "npz", ".parquet": "parquet"}.get(Path(source).suffix, "folder")
    data: dict[str, Any] = {kind: source}
    data |= {key: given[key] for key in ("size", "label", "most") if key in given}
    for key in ("mean", "std", "bounds"):
        if key in given:
            data[key] = _numbers(given[key], f"--{key}")
    if "classes" in given:
        data["classes"] = [name.strip() for name in str(given["classes"]).split(",")]
    return data


def _numbers(text: str, option: str) -> Any:
    if text == "none":
        return text
    try:
        numbers = [float(part) for part in str(text).split(",")]
    except ValueError:
        raise InputError(
            f"{option}: must be a number, or several with commas, got {text!r}"
        ) from None
    return numbers[0] if len(numbers) == 1 else numbers


def _pairs(given: Mapping[str, Any]) -> dict[str, Any]:
    text = str(given.get("pairs", "nearest"))
    most = {"max_pairs": given["max_pairs"]} if "max_pairs" in given else {}
    if is_user_function(text):
        return {"kind": text, **most}
    if text.endswith(".csv"):
        return {"kind": "listed", "file": text, **most}
    if ":" in text:
        source, _, target = text.partition(":")
        return {"kind": "classes", "source": source, "target": target, **most}
    # Blocked pairs are as many as there are images of their class.
    return {"kind": text} if text == "blocked" else {"kind": text, **most}


def _attack(text: str) -> dict[str, Any]:
    """Return an attack by its name and the keys behind it."""
    name, *keys = text.split(",")
    way: dict[str, Any] = {"attack": name.strip()}
    for key in keys:
        left, equals, right = key.partition("=")
        if not equals:
            raise InputError(f"--attack: keys are written name,key=value, got {text!r}")
        way[left.strip()] = parse_yaml(right, "--attack", strict=False)
    return way
