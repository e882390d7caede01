"""Programs that ``torch.export.save`` wrote, read without running anything but tensor operations.

PyTorch's own loader imports modules that a file names, calls any function below ``torch`` by its
name, evaluates text, and falls back to unpickling. So the file is looked at first, and refused if
it asks for more than operations on tensors; pickled parts are read as tensors alone.
"""

import hashlib
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
from fcflow.networks.opened.ready import Numbers, Opened, ready
from fcflow.networks.opened.sizes import is_size

_OPERATION = re.compile(
    r"torch\.ops\.(aten|prims|torchvision)\."
    r"(?!from_file\b|save\b|__(?!i?(and|or|xor|lshift|rshift)__))\w+(\.(?!__)\w+)?"
    r"|_operator\.(getitem|add|sub|mul|truediv|floordiv|mod|neg|pow|eq|ne|lt|le|gt|ge)"
    r"|torch\.(sym_\w+|_check\w*)|math\.(floor|ceil|trunc|sqrt)"
)
# What is neither an expression nor a text argument holds names, perhaps dotted: PyTorch pastes
# names into the source of ``forward``.
_NAMES, _NAME = re.compile(r"[\w.+-]*"), re.compile(r"(?:[A-Za-z_]\w*)?")
_NAMED = ("name", "forward_arg_names")
_TEXTS = re.compile(r"[\w .,>-]*")  # arguments such as ``same``, or the equation of ``einsum``
_VALUES = ("tensor_values", "sym_int_values", "sym_float_values", "sym_bool_values")
# What explains where an operation comes from, and conditions on inputs as source: not needed.
_DROPPED = {"metadata": dict, "guards_code": list}
# Structures that arguments and results come in.
_NESTED = {None, "builtins.tuple", "builtins.list", "builtins.dict", "collections.OrderedDict"}
_FORCED = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"  # PyTorch's own switch, which all its loaders heed
_OBJECTS = ("custom_obj_name", "as_custom_obj", "as_operator")


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
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if sha256 is not None and digest != sha256.lower():
        raise InputError(
            f"{file}: has the SHA-256 {digest}, not {sha256}; it is another file than was asked for"
        )
    checked = _checked_archive(content, file)
    try:
        with _tensors_alone(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program: nn.Module = torch.export.load(checked).module(check_guards=False)
    # Any exception: the loader raises errors of many unrelated types at files that are damaged.
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(
            f"{file}: cannot be read as an exported program ({reason}); write it with"
            " torch.export.save of this version of PyTorch"
        ) from None
    model = ready(program, shape, source=file, mean=mean, std=std, device=device)
    return Opened(model, digest)


def _checked_archive(content: bytes, file: Path) -> io.BytesIO:
    """Return a new archive of what was looked at, so that nothing else of the file is read.

    Raises
    ------
    InputError
        If it asks for more than operations on tensors.
    """
    damaged = f"{file}: is damaged or no exported program; write it with torch.export.save"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise InputError(damaged)
            parts = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise InputError(damaged) from None
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise InputError(f"{file}: holds two files of one name; refused")
    if not any(re.search(r"/models/[^/]+\.json$", name) for name in parts):
        kind = "TorchScript, which" if any("/code/" in name for name in parts) else "a file that"
        raise InputError(
            f"{file}: is {kind} torch.export.save did not write; write the model with it"
        )

    checked = io.BytesIO()
    with zipfile.ZipFile(checked, "w") as archive:
        for name, part in parts.items():
            whole = _checked_text(part, file) if name.lower().endswith(".json") else part
            archive.writestr(name, whole)
    checked.seek(0)
    return checked


def _checked_text(part: bytes, file: Path) -> bytes:
    """Return a program's JSON, less what is not needed."""
    try:
        content = json.loads(part)
    except ValueError:
        raise InputError(f"{file}: is damaged: it holds what is no JSON") from None
    content = _needed(content)
    fault = next(_faults(content), None)
    if fault is not None:
        raise InputError(f"{file}: asks for more than operations on tensors: {fault}; refused")
    return json.dumps(content).encode()


def _needed(content: Any) -> Any:
    if isinstance(content, list):
        return [_needed(part) for part in content]
    if isinstance(content, dict):
        return {
            key: _DROPPED[key]() if key in _DROPPED else _needed(value)
            for key, value in content.items()
        }
    return content


def _faults(content: Any, key: str = "") -> Iterator[str]:
    """Yield what a program's JSON asks for beyond operations on tensors."""
    if isinstance(content, list):
        for part in content:
            yield from _faults(part, key)
    elif isinstance(content, dict):
        allowed = _NAME if key in _VALUES else _NAMES
        yield from (f"the name {name[:60]!r}" for name in content if not allowed.fullmatch(name))
        for name, value in content.items():
            if name in _OBJECTS and value not in (None, "", {}, []):
                yield f"an object of Python's ({name})"
            else:
                yield from _faults(value, name)
    elif isinstance(content, str) and not _is_harmless(content, key):
        yield content[:60] if key == "target" else f"{content[:60]!r} as {key}"


def _is_harmless(text: str, key: str) -> bool:
    if key == "target" and ("." in text or text.startswith("#")):
        return _OPERATION.fullmatch(text) is not None
    if key in ("in_spec", "out_spec"):
        return is_plain_structure(text)
    if key == "expr_str":
        return is_size(text)
    if key == "as_string":
        return _TEXTS.fullmatch(text) is not None
    return (_NAME if key in _NAMED else _NAMES).fullmatch(text) is not None


def is_plain_structure(text: str) -> bool:
    """Tell whether a text describes tuples, lists and dictionaries with names as keys.

    Examples
    --------
    >>> leaf = '{"type": null, "context": null, "children_spec": []}'
    >>> is_plain_structure(f"[1, {leaf}]"), is_plain_structure('[1, {"type": "my.Class"}]')
    (True, False)
    """
    try:
        _, structure = json.loads(text)
        return _is_plain(structure)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return not text


def _is_plain(structure: Any) -> bool:
    context = structure["context"]
    keys = json.loads(context) if isinstance(context, str) else context
    named = keys is None or (
        isinstance(keys, list)
        and all(isinstance(one, str) and _NAME.fullmatch(one) for one in keys)
    )
    fits = structure.keys() == {"type", "context", "children_spec"}
    return (
        fits
        and named
        and structure["type"] in _NESTED
        and all(map(_is_plain, structure["children_spec"]))
    )


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
