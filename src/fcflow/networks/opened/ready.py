"""What every opened classifier has in common: normalisation inside, evaluation mode, finite."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.models.fixed_batch import FixedBatch, declared_batch
from fcflow.models.normalised import normalised

Numbers = float | Sequence[float]
_SHOWN = 4  # tensors that one line names


class Opened(NamedTuple):
    """A classifier that can be measured.

    Attributes
    ----------
    model : torch module in evaluation mode
        From inputs float32 [n, ...], pixels in [0, 1], to logits [n, k].
    sha256 : str
        Of its weights' file, empty where there is none.
    """

    model: nn.Module
    sha256: str = ""


def ready(
    network: nn.Module,
    shape: Sequence[int],
    *,
    source: str | Path,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    device: str = "cpu",
) -> nn.Module:
    """Return a network in evaluation mode behind its normalisation, its weights float32 and frozen.

    Parameters
    ----------
    network : torch module
        From normalised inputs [n, *shape] to logits [n, k].
    shape : sequence of int
        Of one input, such as (3, 32, 32).
    source : path
        Named in errors.
    mean, std : float or one for each channel, optional
    device : str

    Raises
    ------
    InputError
        If a weight is not finite, the normalisation does not fit, or the network fails at one or
        two inputs of that shape, has no gradient there or does not return logits [n, k], k ≥ 2.

    Examples
    --------
    >>> ready(nn.Flatten(), (2, 1, 1), source="a.py", mean=0.5, std=0.5)(torch.ones(1, 2, 1, 1))
    tensor([[1., 1.]])
    """
    check_finite(network, source)
    exported = declared_batch(network) is not None or isinstance(network, torch.fx.GraphModule)
    if not exported:  # whose modes and dtypes are part of its graph
        network = network.float().eval()
    network.requires_grad_(False)
    size = declared_batch(network)
    network = network if size is None else FixedBatch(network, size)
    network = network.to(device)
    x = torch.zeros(1, *shape, device=device)
    model = normalised(network, x, mean, std)
    _check_logits(model, x, source)
    return model


def check_finite(network: nn.Module, source: str | Path) -> None:
    """Refuse a network that holds NaN or infinity.

    Raises
    ------
    InputError
        In one line that names the tensors.
    """
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    bad = [name for name, tensor in tensors.items() if not bool(tensor.isfinite().all())]
    if bad:
        more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        names = ", ".join(bad[:_SHOWN])
        raise InputError(f"{source}: its weights are not finite in {names}{more}; train it anew")


def _check_logits(model: nn.Module, x: Tensor, source: str | Path) -> None:
    shape = "×".join(map(str, x.shape[1:]))
    two = torch.cat([x, x]).requires_grad_()
    try:
        with torch.no_grad():
            logits = model(x.clone())
        with torch.enable_grad():
            both = model(two.clone())
            if isinstance(both, Tensor):
                torch.autograd.grad(both.sum(), two)
    # Any exception: a model may do anything at an input that it was not made for.
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        raise InputError(
            f"{source}: fails at an input of {shape}: {type(error).__name__}: {lines[0]}; check the"
            " size of the data and what the model expects"
        ) from error
    fits = isinstance(logits, Tensor) and logits.ndim == 2 and len(logits) == 1
    if not fits or logits.shape[1] < 2:
        got = list(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise InputError(
            f"{source}: must return logits [n, k] of at least two classes for inputs [n, {shape}],"
            f" got {got} for one"
        )
    if not isinstance(both, Tensor) or both.shape != (2, logits.shape[1]):
        got = list(both.shape) if isinstance(both, Tensor) else type(both).__name__
        raise InputError(
            f"{source}: must return logits [n, k], of the same classes for any n inputs, got"
            f" {list(logits.shape)} for one and {got} for two"
        )
