"""A network that a function in a user's file makes, with weights from a checkpoint."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.networks.checkpoints import load_exactly, read_checkpoint, sha256_of
from fcflow.networks.opened.ready import Numbers, Opened, ready
from fcflow.user_functions import call_user_function


def open_factory(
    name: str,
    shape: Sequence[int],
    *,
    weights: str | Path | None = None,
    sha256: str | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    device: str = "cpu",
) -> Opened:
    """Call a function of a file and load a checkpoint into the network that it returns.

    Parameters
    ----------
    name : str
        ``path/file.py:function``, called without arguments.
    shape : sequence of int
        Of one input, such as (3, 32, 32).
    weights : path, optional
        A checkpoint, matched tensor by tensor: safetensors, or a torch file that holds tensors
        alone. Without it the network is as the function makes it, from seeded random numbers.
    sha256 : str, optional
        The hash that the checkpoint must have.
    mean, std : float or one for each channel, optional
        Inputs are normalised with them, inside the model that is returned.
    device : str

    Raises
    ------
    InputError
        In one line that names the file: if the function fails or returns no torch module, or the
        checkpoint cannot be had or does not fit.
    """
    # Without a checkpoint its weights are those that it draws: the same ones in every step.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = call_user_function(name)
    if not isinstance(network, nn.Module):
        raise InputError(f"{name}: must return a torch module, got {type(network).__name__}")
    digest = ""
    if weights is not None:
        load_exactly(network, read_checkpoint(weights, sha256=sha256), source=weights)
        digest = sha256_of(weights)
    model = ready(network, shape, source=name, mean=mean, std=std, device=device)
    return Opened(model, digest)
