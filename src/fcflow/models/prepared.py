"""Everything that is looked at before a model is measured, searched or attacked."""

from dataclasses import dataclass
from typing import TypedDict

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.checks import check_batch, check_model
from fcflow.gradients.coordinates import Numbers
from fcflow.gradients.gap import class_logits
from fcflow.models.copies import float64_copy, outside_inference
from fcflow.models.fixed_batch import FixedBatch, declared_batch
from fcflow.models.head import behind_head
from fcflow.models.normalised import normalised
from fcflow.models.rows import check_batch_norm
from fcflow.models.rows import check_rows as check_independent_rows


class Searched(nn.Module):
    """A model with the float64 copy that was made of it, once it was asked for.

    Attributes
    ----------
    reason : str
        Why there is no copy, if there is none.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.training = model, False
        self.reason = ""
        self._exact: list[nn.Module] = []

    def forward(self, x: Tensor) -> Tensor:
        """Return the model's logits."""
        logits: Tensor = self.model(x)
        return logits

    def in_float64(self, x: Tensor) -> nn.Module:
        """Return the float64 copy, or this module where there is none; x is one point."""
        if not self._exact:
            exact, self.reason = float64_copy(self.model, x)
            self._exact.append(self if exact is None else exact)
        return self._exact[0]


class Options(TypedDict):
    """The keyword arguments of :func:`prepare`, as the measures pass them on."""

    mean: Numbers | None
    std: Numbers | None
    batch: int
    check_rows: bool


@dataclass(frozen=True)
class Prepared:
    """A model that can be evaluated, and what it answers at the points.

    Attributes
    ----------
    model : torch module
        From inputs, before any normalisation, to outputs, as the caller gave it.
    behind : torch module
        The same up to a head that keeps the order of the logits, see :mod:`fcflow.models.head`.
    logits : float64 [n, k]
        Of ``behind``, at x; NaN in rows that have no finite answer.
    usable : bool [n]
        Rows of finite points with finite logits; at least one, unless there are none at all.
    dtype : dtype
        Of the outputs.
    n_forward : int64 [n]
        How often the model was evaluated at points belonging to x.
    notes : tuple of str
        What was done to the model.
    """

    model: nn.Module
    behind: nn.Module
    logits: Tensor
    usable: Tensor
    dtype: torch.dtype
    n_forward: Tensor
    notes: tuple[str, ...]

    def refusal(self, x: Tensor) -> tuple[str, ...]:
        """Return for each row why it cannot be used; nothing where it can."""
        finite = x.isfinite().flatten(1).all(dim=1).tolist()
        return tuple(
            "" if good else "the model's output at x is not finite" if known else "x is not finite"
            for good, known in zip(self.usable.tolist(), finite, strict=True)
        )


def prepare(
    model: nn.Module,
    x: Tensor,
    *,
    batch: int,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    check_rows: bool = True,
) -> Prepared:
    """Look at a model before it is used. Call it outside of ``torch.inference_mode``.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...]
    batch : int
        The most points that go through the model at once.
    mean, std : optional
        See :func:`~fcflow.models.normalised.normalised`.
    check_rows : bool
        Whether to refuse a model whose output is not a function of each row alone, at two
        evaluations of a few points.

    Raises
    ------
    InputError
        If the model is in training mode, fails at x, has no finite answer at any of the points, or
        its output is not a function of one row.

    Examples
    --------
    >>> prepare(nn.Linear(2, 3).eval(), torch.zeros(5, 2), batch=2).logits.shape
    torch.Size([5, 3])
    """
    check_model(model)
    check_batch(batch)
    # What torch.compile made of a module would be compiled anew for every size of batch.
    compiled = getattr(model, "_orig_mod", model)
    opened = normalised(outside_inference(compiled), x, mean, std)
    if len(x) == 0:
        none = torch.zeros(0, dtype=torch.bool, device=x.device)
        logits = torch.zeros(0, 2, dtype=torch.float64, device=x.device)
        return Prepared(opened, opened, logits, none, x.dtype, none.long(), ())

    if check_rows:
        check_batch_norm(opened)
    finite = x.isfinite().flatten(1).all(dim=1)
    good = x[finite] if bool(finite.any()) else torch.zeros_like(x[:1])
    opened, (behind, dtype), notes = _opened(opened, declared_batch(compiled), good)
    answers = _answers(behind, good, batch)
    logits = answers.new_full((len(x), answers.shape[1]), torch.nan)
    logits[finite] = answers[: int(finite.sum())]
    usable = finite & logits.isfinite().all(dim=1)
    if not bool(usable.any()):
        _refuse_all(finite)
    forward = finite.long()
    forward[torch.nonzero(finite)[:1, 0]] += 1
    if check_rows:
        try:
            forward += check_independent_rows(behind, x, logits, batch, dtype)
        except InputError:
            raise
        except Exception as error:
            raise _changed(error, "in a batch of another size") from error
    return Prepared(opened, behind, logits, usable, dtype, forward, notes)


def _opened(
    model: nn.Module, size: int | None, x: Tensor
) -> tuple[nn.Module, tuple[nn.Module, torch.dtype], tuple[str, ...]]:
    """Return the model, the same without its head, the dtype of its output, and what was done."""
    notes: tuple[str, ...] = ()
    try:
        opened = model if size is None else FixedBatch(model, size)
        behind = behind_head(opened, x[:1])
    except InputError:
        class_logits(opened, x, len(x))  # which names all rows
        raise
    except Exception as error:
        _check_differentiable(model, x[:1], error)
        size = len(x)
        opened = FixedBatch(model, size)
        try:
            behind = behind_head(opened, x)
        except Exception:
            raise _failure(error, x) from error
    if size is not None:
        notes += (f"the model takes batches of {size} rows alone, which are filled up",)
    if behind[0] is not opened:
        notes += ("the search is over the logits behind the model's last function",)
    return opened, behind, notes


def _check_differentiable(model: nn.Module, x: Tensor, error: Exception) -> None:
    """Refuse a model that fails where gradients are taken, and only there."""
    try:
        with torch.no_grad():
            model(x.clone())
    except Exception:
        return
    raise InputError(
        f"model can be evaluated but not differentiated: {_described(error)}; its forward must not"
        " leave torch, for example to numpy"
    ) from error


def _answers(model: nn.Module, x: Tensor, batch: int) -> Tensor:
    try:
        return class_logits(model, x, batch)
    except InputError:
        raise
    except Exception as error:
        raise _changed(error, f"at {min(batch, len(x))}") from error


def _changed(error: Exception, where: str) -> InputError:
    return InputError(
        f"model takes a batch of one row, and then fails {where}: {_described(error)};"
        " it may keep a state from call to call"
    )


def _failure(error: Exception, x: Tensor) -> InputError:
    return InputError(
        f"model fails at x of shape {list(x.shape)}, {x.dtype} on {x.device}: {_described(error)}"
    )


def _described(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}".rstrip(": ")


def _refuse_all(finite: Tensor) -> None:
    if not bool(finite.any()):
        raise InputError("x must be finite, got NaN or infinity")
    raise InputError(
        "the model's logits are not finite at any point of x: look for NaN or infinity in its"
        " weights, or for a logarithm, root or division that x is outside of"
    )
