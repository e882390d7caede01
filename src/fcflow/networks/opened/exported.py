"""Programs that ``torch.export.save`` wrote, read without running anything but tensor operations.

PyTorch's own loader imports modules that a file names, calls any function below ``torch`` by its
name, evaluates text, and falls back to unpickling. So the file is looked at first, and refused if
it asks for more than operations on tensors; pickled parts are read as tensors alone.
"""

import io
import json
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.networks.checkpoints import sha256_of
from fcflow.networks.opened.ready import Numbers, Opened, ready

_OPERATION = re.compile(
    r"torch\.ops\.(aten|prims|torchvision)\.(?!from_file\b|save\b)\w+(\.\w+)?"
    r"|_operator\.(getitem|add|sub|mul|truediv|floordiv|mod|neg|pow|eq|ne|lt|le|gt|ge)"
    r"|torch\.(sym_\w+|_check\w*)|math\.(floor|ceil|trunc|sqrt)"
)
# Sizes as they are written: names, numbers, arithmetic, and functions of sizes.
_EXPRESSION = re.compile(r"(?:[A-Za-z0-9_ +\-*/%(),<>=&|~.]|'\w+')*")
_CALLED = re.compile(r"([A-Za-z_][\w.]*)\s*\(")
_SIZES = {
    *("Symbol", "Integer", "Rational", "Add", "Mul", "Pow", "Mod", "FloorDiv"),
    *("ModularIndexing", "Max", "Min", "Eq", "Ne", "Integer", "floor"),
    *("ceiling", "PythonMod", "CleanDiv", "CeilDiv", "IntTrueDiv", "ToFloat", "TruncToInt"),
}
_FORCED = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"  # PyTorch's own switch, which all its loaders heed
_OBJECTS = ("custom_obj_name", "as_custom_obj", "as_operator")
# What the text of a nested structure holds where it names a module to be imported.
_IMPORTED = ("__enum__", "fqn", "default_factory", "\\u")


def open_exported(
    path: str | Path,
    shape: Sequence[int],
    *,
    sha256: str | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    device: str = "cpu",
) -> Opened:
    """Return the network of a file that ``torch.export.save`` wrote.

    Parameters
    ----------
    path : path
        Of the ``.pt2`` file: a program from one batch of inputs to logits.
    shape : sequence of int
        Of one input.
    sha256 : str, optional
        The hash that the file must have.
    mean, std : float or one for each channel, optional
        Of a program that takes normalised inputs.
    device : str

    Raises
    ------
    InputError
        In one line that names the file: if it is missing, damaged, has another hash, is another
        kind of file, or asks for more than operations on tensors. Nothing that it holds is run
        before that is known, and nothing in it is unpickled.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file}: is missing; put the exported program there, or name another one")
    digest = sha256_of(file)
    if sha256 is not None and digest != sha256.lower():
        raise InputError(
            f"{file}: has the SHA-256 {digest}, not {sha256}; it is another file than was asked for"
        )
    content = file.read_bytes()
    _check_archive(content, file)
    try:
        with _tensors_alone(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program: nn.Module = torch.export.load(io.BytesIO(content)).module(check_guards=False)
    # Any exception: the loader raises errors of many unrelated types at files that are damaged.
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(
            f"{file}: cannot be read as an exported program ({reason}); write it with"
            " torch.export.save of this version of PyTorch"
        ) from None
    model = ready(program, shape, source=file, mean=mean, std=std, device=device)
    return Opened(model, digest)


def _check_archive(content: bytes, file: Path) -> None:
    """Refuse a file that asks for more than operations on tensors."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            texts = {name: archive.read(name) for name in names if name.endswith(".json")}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise InputError(
            f"{file}: is damaged or no exported program; write it with torch.export.save"
        ) from None
    graphs = [name for name in texts if re.search(r"/models/[^/]+\.json$", name)]
    if not graphs:
        kind = "TorchScript, which" if any("/code/" in name for name in names) else "a file that"
        raise InputError(
            f"{file}: is {kind} torch.export.save did not write; write the model with it"
        )
    try:
        faults = [fault for text in texts.values() for fault in _faults(json.loads(text))]
    except ValueError:
        raise InputError(f"{file}: is damaged: it holds what is no JSON") from None
    if faults:
        raise InputError(f"{file}: asks for more than operations on tensors: {faults[0]}; refused")


def _faults(content: Any) -> Iterator[str]:
    """Yield what a program's JSON asks for beyond operations on tensors."""
    if isinstance(content, list):
        for part in content:
            yield from _faults(part)
    elif isinstance(content, dict):
        for key, value in content.items():
            if key in _OBJECTS and value not in (None, "", {}, []):
                yield f"an object of Python's ({key})"
            elif key == "target" and isinstance(value, str) and "." in value:
                if not _OPERATION.fullmatch(value):
                    yield value
            elif key == "target" and isinstance(value, str) and value.startswith("#"):
                yield value
            elif key == "expr_str" and not _is_size(value):
                yield f"the expression {str(value)[:60]}"
            elif isinstance(value, str) and value[:1] in ("[", "{"):
                yield from (f"an object of Python's ({one})" for one in _IMPORTED if one in value)
            else:
                yield from _faults(value)


def _is_size(text: Any) -> bool:
    if not isinstance(text, str) or not _EXPRESSION.fullmatch(text) or "__" in text:
        return False
    attributes = re.search(r"[A-Za-z_)]\s*\.|\.\s*[A-Za-z_]", text)
    return not attributes and {*_CALLED.findall(text)} <= _SIZES


@contextmanager
def _tensors_alone() -> Iterator[None]:
    """Let PyTorch read nothing but tensors from whatever is pickled."""
    before = os.environ.get(_FORCED)
    os.environ[_FORCED] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_FORCED]
        else:
            os.environ[_FORCED] = before
