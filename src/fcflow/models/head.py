"""The logits behind a head that keeps their order, such as a softmax.

A classifier answers with the class of its largest output, and another class's output exceeds the
source's, whether that is asked of logits, of their softmax or of its logarithm. On the logits there
is a gradient to follow; a softmax in float32 is flat once the gap is above a hundred.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from fcflow.gradients.gap import check_output

# Strictly increasing functions of each logit, and those of a row that keep the order of its logits.
_ELEMENTWISE = {"exp", "expit", "log", "logsigmoid", "sigmoid", "softplus", "softsign", "tanh"}
_BY_ROW = {"log_softmax", "softmax"}

# Outputs that are this close to adding up to one are probabilities; float16 has no more digits.
_SUM_ROUNDINGS = 64


class Behind(nn.Module):
    """The logits that a model with a head computes before it.

    Whatever order-keeping functions come last are left out: a module at the end, a function called
    by ``forward``, or several, as in ``log(softmax(z))``. Outputs that are probabilities by other
    ways, as those of a scripted model, are replaced by their logarithms.

    Parameters
    ----------
    model : torch module
        Whose last function keeps the order of the logits.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.training = model, False

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits behind the head [n, k], or logarithms of probabilities.

        Examples
        --------
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Softmax(dim=1)).eval()
        >>> x = torch.ones(1, 2)
        >>> torch.equal(Behind(model)(x), model[0](x))
        True
        """
        recorder = _Recorder()
        with recorder:
            output: Tensor = self.model(x)
        behind = recorder.behind(output)
        if behind is output:
            behind = torch.log(output.clamp_min(torch.finfo(output.dtype).tiny))
        return behind


def behind_head(model: nn.Module, x: Tensor) -> tuple[nn.Module, torch.dtype]:
    """Return the model without its head, or itself where it has none, and its outputs' dtype.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...]
        It is evaluated here once, as where gradients are taken.

    Raises
    ------
    InputError
        If the model does not return logits [n, k ≥ 2].

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid()).eval()
    >>> behind_head(model, torch.ones(1, 2))[0] is model
    False
    >>> behind_head(model[0], torch.ones(1, 2))[0] is model[0]
    True
    """
    recorder = _Recorder()
    with torch.enable_grad(), recorder:
        output = model(x.detach().clone().requires_grad_() * 1)
    check_output(output, x)
    headed = recorder.behind(output) is not output
    output = output.detach()
    if not headed and probabilities(output):
        # Elsewhere too, since logits may happen to add up to one, and those of a constant model do
        # no harm.
        with torch.no_grad():
            elsewhere = model(torch.cat([-x, x + 1, x / 2]))
        headed = probabilities(elsewhere) and not bool((elsewhere == output[:1]).all())
    return (Behind(model) if headed else model), output.dtype


def probabilities(output: Tensor) -> bool:
    """Return whether every row of outputs [n, k] holds probabilities that add up to one.

    Examples
    --------
    >>> probabilities(torch.tensor([[0.25, 0.75]])), probabilities(torch.tensor([[0.5, 0.75]]))
    (True, False)
    """
    allowed = _SUM_ROUNDINGS * torch.finfo(output.dtype).eps
    finite = output[output.isfinite().all(dim=1)].double()
    inside = (finite >= 0).all() & (finite <= 1 + allowed).all()
    return len(finite) > 0 and bool(inside & ((finite.sum(dim=1) - 1).abs() <= allowed).all())


class _Recorder(TorchFunctionMode):
    """Remembers what order-keeping functions of logits were called, with what and what came out."""

    def __init__(self) -> None:
        super().__init__()
        # By the output: it, so that it lives, the name of the function, and what went in.
        self._calls: dict[int, tuple[Tensor, str, Tensor]] = {}

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        keywords = kwargs or {}
        output = func(*args, **keywords)
        name = getattr(func, "__name__", "")
        if _keeps_order(name, args, keywords):
            given = args[0]
            if isinstance(output, Tensor) and output.ndim == 2 and output is not given:
                self._calls[id(output)] = output, name, given
        return output

    def behind(self, output: Tensor) -> Tensor:
        """Return what went into the last of these functions, if it made the output."""
        before = output
        while id(before) in self._calls:
            _, name, given = self._calls[id(before)]
            # The logarithm of probabilities is as good as logits, unless these are known.
            if name == "log" and id(given) not in self._calls:
                break
            before = given
        return before


def _keeps_order(name: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    if not args or not isinstance(args[0], Tensor):
        return False
    if name in _ELEMENTWISE:
        return True
    # Over the classes; without an axis, torch takes the last one of two.
    axis = keywords.get("dim", args[1] if len(args) > 1 else 1)
    return name in _BY_ROW and axis in (1, -1, None)
