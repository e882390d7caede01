"""Numbers for the coordinates of an input: one for all, one for each channel, or one for each."""

from collections.abc import Sequence

import torch
from torch import Tensor

from fcflow.errors import InputError

Numbers = float | Sequence[float] | Tensor


def fitting(name: str, given: Numbers, x: Tensor) -> Tensor:
    """Return numbers for the coordinates of inputs, float64, in a shape that broadcasts to x.

    Examples
    --------
    >>> fitting("low", [0.0, 1.0, 2.0], torch.zeros(5, 3, 8, 8)).shape
    torch.Size([1, 3, 1, 1])
    """
    try:
        numbers = torch.as_tensor(given, dtype=torch.float64, device=x.device).detach()
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{name} must be a number, one for each channel or a tensor, got {given!r}"
        ) from error
    if bool(numbers.isnan().any()):
        raise InputError(f"{name} must not be NaN")
    shape = x.shape[1:]
    if numbers.ndim == 1 and len(shape) > 1 and len(numbers) == shape[0]:
        numbers = numbers.reshape(-1, *[1] * (len(shape) - 1))
    if numbers.ndim == len(shape) + 1 and numbers.shape[0] == 1:
        numbers = numbers[0]
    try:
        torch.broadcast_to(numbers, shape)
    except RuntimeError as error:
        raise InputError(
            f"{name} must be a number, one for each of {shape[0]} channels, or broadcast to an"
            f" input {list(shape)}; got shape {list(numbers.shape)}"
        ) from error
    return numbers.reshape(1, *[1] * (len(shape) - numbers.ndim), *numbers.shape)
