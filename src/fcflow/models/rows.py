"""Whether a model's output is a function of each row of a batch alone.

Gradients, perturbations and paths are of a function of one input. A model that draws random
numbers, looks at the other rows of a batch or remembers earlier calls is none, in evaluation mode
too.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.gap import class_logits

# Rows that are evaluated again, twice, and beside as many others.
_ROWS = 4

# Of the largest logit: by how much a row's logits may change with its neighbours, since other batch
# sizes are computed in another order, and from one call to the next, which repeats the arithmetic.
# Batch statistics and dropout change them by more than a hundredth.
_BESIDE_OTHERS = {torch.float16: 0.05, torch.bfloat16: 0.1}
_BESIDE_OTHERS_OTHERWISE, _REPEATED = 2e-3, 1e-5

_RULED_OUT = -1e30

_SWITCH = "; check_rows=False goes on all the same"


def check_rows(
    model: nn.Module, x: Tensor, logits: Tensor, batch: int, dtype: torch.dtype | None = None
) -> Tensor:
    """Refuse a model whose output is not a function of one row, and name the likely cause.

    It costs two evaluations of at most four points, with as many others.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...]
    logits : floating point [n, k]
        The model's at x, as it evaluated them before; rows that are not finite are left alone.
    batch : int
        The most points that go through the model at once.
    dtype : dtype, optional
        Of the model's own output; by default that of ``logits``.

    Returns
    -------
    int64 [n]
        How often the model was evaluated at points belonging to x.

    Raises
    ------
    InputError
        In one line.

    Examples
    --------
    >>> class Dropping(nn.Module):
    ...     def forward(self, x):
    ...         return torch.nn.functional.dropout(x)
    >>> x = torch.ones(2, 50)
    >>> check_rows(Dropping().eval(), x, x, 64)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    fcflow.errors.InputError: model draws random numbers in evaluation mode: ...
    """
    rows = torch.nonzero(logits.isfinite().all(dim=1))[:, 0][: max(1, min(_ROWS, batch // 2))]
    forward = torch.zeros_like(logits[:, 0], dtype=torch.int64)
    if rows.numel() == 0:
        return forward
    few, before = x[rows].flip(0), logits[rows].flip(0).double()
    # Beside other points, in another order; as many of them as the batch allows.
    beside = torch.cat([few / 2, few])[-max(len(few), min(batch, 2 * len(few))) :]

    def evaluate() -> Tensor:
        return class_logits(model, beside, len(beside))[-len(few) :]

    first, second = evaluate(), evaluate()
    # A class that is ruled out has no logit to speak of.
    scale = float(before.abs()[before > _RULED_OUT].max())
    if _differ(first, second, _REPEATED * scale):
        raise InputError(f"model {_changing(evaluate, scale)}{_SWITCH}")
    tolerance = _BESIDE_OTHERS.get(dtype or logits.dtype, _BESIDE_OTHERS_OTHERWISE)
    if _differ(before, first, tolerance * scale):
        raise InputError(
            "model's output for a row depends on the other rows of a batch: it takes a mean, a norm"
            f" or a softmax over them{_SWITCH}"
        )
    forward[rows] = 2 * len(beside) // len(rows)
    return forward


def check_batch_norm(model: nn.Module) -> None:
    """Refuse batch norm without running statistics, which takes the batch's in evaluation too.

    Examples
    --------
    >>> check_batch_norm(nn.BatchNorm1d(2, track_running_stats=False))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    fcflow.errors.InputError: model's output for a row depends on the other rows of a batch: ...
    """
    for name, part in model.named_modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm) and part.running_mean is None:
            raise InputError(
                "model's output for a row depends on the other rows of a batch:"
                f" {name or 'it'} is batch norm without running statistics{_SWITCH}"
            )


def _differ(one: Tensor, other: Tensor, tolerance: float) -> bool:
    return not bool(((one.double() - other.double()).abs() <= tolerance).all())


def _changing(evaluate: Callable[[], Tensor], scale: float) -> str:
    """Return what makes outputs of the same batch differ: torch's random numbers, or else."""
    outputs = []
    cuda = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    for _ in range(2):
        with torch.random.fork_rng(devices=cuda):
            torch.manual_seed(0)
            outputs.append(evaluate())
    if _differ(outputs[0], outputs[1], _REPEATED * scale):
        return (
            "answers the same batch differently from one call to the next: it keeps a state"
            " (a counter, a hidden state), or draws random numbers from numpy or Python"
        )
    return (
        "draws random numbers in evaluation mode: dropout called as a function needs"
        " training=self.training, and noise has to be left out"
    )
