"""How many gradients of a model fit into memory at once."""

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.checks import check_model, check_points

# Beside what the forward pass keeps, the backward pass holds an activation's gradient and that of
# the one before it, and convolutions work on copies in other layouts.
_WORKSPACE = 4


def gradient_bytes(model: nn.Module, x: Tensor) -> int:
    """Return about how much memory the gradient of one input of a model takes.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...]
        The first input is evaluated.

    Returns
    -------
    int
        Bytes that the forward pass keeps for the backward pass, weights aside, and four times the
        largest part of them; at least an input's. The same on every machine.

    Examples
    --------
    >>> gradient_bytes(nn.Tanh().eval(), torch.zeros(3, 10))
    200
    """
    check_model(model)
    point = check_points("x", x)[:1].clone().requires_grad_()
    weights = (*model.parameters(), *model.buffers())
    own = {weight.untyped_storage().data_ptr() for weight in weights}
    kept: dict[int, int] = {}

    def count(saved: Tensor) -> Tensor:
        storage = saved.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return saved

    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(count, lambda saved: saved):
        output = model(point.clone())
    del output
    # The gradient itself is there in any case: of a linear model nothing else is kept.
    return max(point.nbytes, sum(kept.values()) + _WORKSPACE * max(kept.values(), default=0))


def gradient_batch(model: nn.Module, x: Tensor, memory: float) -> int:
    """Return how many gradients at once take at most ``memory`` bytes, at least one.

    Raises
    ------
    InputError
        If ``memory`` is not positive.

    Examples
    --------
    >>> gradient_batch(nn.Tanh().eval(), torch.zeros(3, 10), memory=1e3)
    5
    """
    if not memory > 0:
        raise InputError(f"memory must be positive, got {memory}")
    return max(1, int(memory // gradient_bytes(model, x)))
