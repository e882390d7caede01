"""Weights from files, matched tensor by tensor. A file that holds pickled code is refused, not run."""

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from fcflow.errors import InputError

_SHOWN = 4  # names of tensors in an error, at most


def sha256_of(path: str | Path) -> str:
    """Return a file's SHA-256 in hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_checkpoint(path: str | Path, *, sha256: str | None = None) -> dict[str, Tensor]:
    """Read a checkpoint: safetensors, or a torch file that holds names and tensors alone.

    Parameters
    ----------
    path : path
        Ends with ``.safetensors``, or is read as a torch file.
    sha256 : str, optional
        What the file's hash must be.

    Returns
    -------
    dict
        Name to tensor, on the CPU.

    Raises
    ------
    InputError
        In one line that names the file: if it is missing or damaged, its hash is another, or it
        holds anything but named tensors. Pickled code in it is not run.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file}: is missing; put the checkpoint there, or name another one")
    if sha256 is not None and (found := sha256_of(file)) != sha256.lower():
        raise InputError(
            f"{file}: has the SHA-256 {found}, not {sha256}; it is another file than was asked for"
        )
    try:
        if file.suffix == ".safetensors":
            return dict(load_file(file))
        content = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise InputError(
            f"{file}: is damaged or holds more than tensors, such as code, which is never run; "
            "save its state_dict as .safetensors"
        ) from None
    except (SafetensorError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{file}: is damaged or no checkpoint ({' '.join(str(error).split())[:120]})"
        ) from None
    named = isinstance(content, Mapping) and all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in content.items()
    )
    if not named:
        raise InputError(f"{file}: must hold names and tensors alone; save the model's state_dict")
    return dict(content)


def load_exactly(network: nn.Module, tensors: Mapping[str, Tensor], *, source: str | Path) -> None:
    """Put tensors into a network: every one of them must have its place and its shape, and every place its tensor.

    Raises
    ------
    InputError
        In one line that names ``source`` and the tensors that are missing, left over, misshapen or
        not finite.

    Examples
    --------
    >>> load_exactly(nn.Linear(2, 1), {"weight": torch.zeros(1, 2), "b": torch.zeros(1)}, source="a.safetensors")
    Traceback (most recent call last):
    fcflow.errors.InputError: a.safetensors: does not fit Linear: lacks bias; has b that Linear does not
    """
    places = network.state_dict()
    kind = type(network).__name__
    misshapen = [
        f"{name} {list(tensor.shape)} for {list(places[name].shape)}"
        for name, tensor in tensors.items()
        if name in places and tensor.shape != places[name].shape
    ]
    infinite = [name for name, tensor in tensors.items() if not bool(tensor.isfinite().all())]
    faults = [
        told.format(names=_listed(names), kind=kind)
        for told, names in (
            ("lacks {names}", [name for name in places if name not in tensors]),
            ("has {names} that {kind} does not", [name for name in tensors if name not in places]),
            ("has shapes {names}", misshapen),
            ("is not finite in {names}", infinite),
        )
        if names
    ]
    if faults:
        raise InputError(f"{source}: does not fit {kind}: {'; '.join(faults)}")
    network.load_state_dict(dict(tensors))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
