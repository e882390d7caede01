"""Weights from files, matched tensor by tensor.

A file that holds pickled code is refused; the code is never run.
"""

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.extras import paper_extra

with paper_extra():
    from safetensors import SafetensorError
    from safetensors.torch import load_file

# An error is one line, so it names at most this many tensors of a kind,
_SHOWN = 4
# and quotes at most this many characters of another library's message.
_QUOTED = 120


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
        The hash that the file must have.

    Returns
    -------
    dict
        Names to tensors on the CPU.

    Raises
    ------
    InputError
        If the file is missing or damaged, has another hash, or holds anything but named tensors.
        The message is one line that names the file. Pickled code in the file is not run.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file}: is missing; put the checkpoint there, or name another one")
    if sha256 is not None and (digest := sha256_of(file)) != sha256.lower():
        raise InputError(
            f"{file}: has the SHA-256 {digest}, not {sha256}; it is another file than was asked for"
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
        reason = " ".join(str(error).split())[:_QUOTED]
        raise InputError(f"{file}: is damaged or no checkpoint ({reason})") from None

    named = isinstance(content, Mapping) and all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in content.items()
    )
    if not named:
        raise InputError(f"{file}: must hold names and tensors alone; save the model's state_dict")
    for name, tensor in content.items():
        if tensor.layout != torch.strided or tensor.is_complex():
            kind = "complex" if tensor.is_complex() else "sparse"
            raise InputError(f"{file}: the tensor {name} is {kind}; save it dense and real")
    return dict(content)


def load_exactly(network: nn.Module, tensors: Mapping[str, Tensor], *, source: str | Path) -> None:
    """Load tensors into a network, whose own tensors they must match in names and shapes.

    Raises
    ------
    InputError
        If tensors are missing, left over, of another shape or not finite. The message is one line
        that names ``source`` and those tensors.

    Examples
    --------
    >>> tensors = {"weight": torch.zeros(1, 2), "b": torch.zeros(1)}
    >>> load_exactly(nn.Linear(2, 1), tensors, source="a.pth")
    Traceback (most recent call last):
    fcflow.errors.InputError: a.pth: does not fit Linear: lacks bias; has b that Linear does not
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
        fault.format(names=_listed(names), kind=kind)
        for fault, names in (
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
