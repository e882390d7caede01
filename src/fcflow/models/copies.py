"""A model with other weights: in float64, or outside of inference mode."""

import copy
import warnings
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

# How far the logits of a float64 copy may be from the model's, relative to the largest: the root of
# the rounding. Further, and the copy is another function, as that of a model which refers to its
# own weights from outside is.
_AGREEMENT = 0.5


class WithTensors(nn.Module):
    """A module that is called with other tensors for its parameters and buffers.

    Nothing is copied but these; for the time of a call they stand in for the module's own.

    Parameters
    ----------
    model : torch module
    tensors : mapping
        By the names of ``named_parameters`` and ``named_buffers``.
    """

    def __init__(self, model: nn.Module, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.training = False
        # In lists, so that torch does not take them for parts of this module.
        self._held: list[tuple[nn.Module, dict[str, Tensor]]] = [(model, dict(tensors))]

    def forward(self, x: Tensor) -> Tensor:
        """Return the module's output with these tensors.

        Examples
        --------
        >>> linear = nn.Linear(1, 1, bias=False)
        >>> WithTensors(linear, {"weight": torch.tensor([[2.0]])})(torch.ones(1, 1))
        tensor([[2.]])
        """
        ((model, tensors),) = self._held
        logits: Tensor = functional_call(model, tensors, (x,))
        return logits

    def double(self) -> "WithTensors":
        """Return the module with these tensors in float64."""
        ((model, tensors),) = self._held
        doubled = {name: _double(tensor) for name, tensor in tensors.items()}
        return WithTensors(model, doubled)

    def __deepcopy__(self, memo: dict[int, object]) -> "WithTensors":
        # Its tensors are replaced, never changed, and its module may not allow a copy.
        return self


def outside_inference(model: nn.Module) -> nn.Module:
    """Return a model whose weights can be differentiated through, if they were made in inference.

    Call it outside of ``torch.inference_mode``.
    """
    tensors = _tensors(model)
    if not any(tensor.is_inference() for tensor in tensors.values()):
        return model
    return WithTensors(model, {name: tensor.clone() for name, tensor in tensors.items()})


def float64_copy(model: nn.Module, x: Tensor) -> tuple[nn.Module | None, str]:
    """Return a float64 copy of the model, or None and the reason why there is none.

    The module is copied, or where it does not allow that (it holds a lock, a file, a process
    group), called with float64 weights in place of its own. Either must run in float64 and agree
    with the model.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...]
        Where both are compared, in its dtype and in float64.

    Examples
    --------
    >>> copied, reason = float64_copy(nn.Linear(2, 3).eval(), torch.zeros(1, 2))
    >>> next(copied.parameters()).dtype, reason
    (torch.float64, '')
    """
    with torch.no_grad():
        logits = model(x.clone())
    reason = ""
    for copied in (_copied, _called):
        # Whatever goes wrong in a copy of someone's model is a reason to go on without one, and
        # what torch warns of while it copies concerns nobody.
        try:
            with torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exact = copied(model)
                doubled = exact(x.double())
        except Exception as error:
            reason = reason or f"{type(error).__name__}: {_first_line(error)}"
            continue
        if doubled.dtype != torch.float64:
            return None, "it computes in a dtype of its own"
        known = logits.isfinite() & doubled.isfinite() & ~_underflowed(logits)
        off = (logits.double() - doubled).abs()[known]
        allowed = torch.finfo(logits.dtype).eps ** _AGREEMENT * logits[known].double().abs()
        if bool((off <= allowed.amax() if allowed.numel() else off <= 0).all()):
            return exact, ""
        reason = "its float64 copy has other logits"
    return None, reason


def _underflowed(logits: Tensor) -> Tensor:
    """Return which are logarithms of the least number, and stand for any smaller probability."""
    least = torch.tensor(torch.finfo(logits.dtype).tiny, dtype=logits.dtype).log().to(logits)
    return torch.isclose(logits, least, rtol=4 * torch.finfo(logits.dtype).eps, atol=0.0)


def _copied(model: nn.Module) -> nn.Module:
    return copy.deepcopy(model).double()


def _called(model: nn.Module) -> nn.Module:
    doubled = {name: _double(tensor) for name, tensor in _tensors(model).items()}
    return WithTensors(model, doubled)


def _double(tensor: Tensor) -> Tensor:
    return tensor.detach().double() if tensor.is_floating_point() else tensor.detach()


def _tensors(model: nn.Module) -> dict[str, Tensor]:
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else ""
