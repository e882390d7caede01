"""The logit gap g = f_source - f_target of any torch module, and its gradient.

A model may have no finite answer at a point: outside the domain of a logarithm, or where numbers
overflow. Such rows are NaN here, and the others are as they would be without them. What that means
is up to the caller: a trial step that goes too far, or a point that cannot be measured.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.batches import chunks

ANY = -1  # as the source of a pair: the likeliest class other than the target


def check_output(logits: object, x: Tensor) -> None:
    """Refuse what a model returned for x if it is not logits [n, k ≥ 2]."""
    if (
        not isinstance(logits, Tensor)
        or logits.ndim != 2
        or len(logits) != len(x)
        or logits.shape[1] < 2
    ):
        got = f"shape {list(logits.shape)}" if isinstance(logits, Tensor) else type(logits).__name__
        raise InputError(f"model must return logits [{len(x)}, k] of k >= 2 classes, got {got}")
    if not logits.is_floating_point():
        raise InputError(f"model must return logits of floating point, got {logits.dtype}")


def _logits(model: nn.Module, x: Tensor) -> Tensor:
    # A copy, since a model's first layer may work in place.
    logits: Tensor = model(x.clone())
    check_output(logits, x)
    finite = logits.detach().isfinite()
    if bool(finite.all()):
        return logits
    # A class that is ruled out, as by a mask, is one that is out of reach.
    ruled_out = logits == -torch.inf
    answers = (finite | ruled_out).all(dim=1, keepdim=True) & finite.any(dim=1, keepdim=True)
    least = torch.finfo(logits.dtype).min / 4
    return torch.where(answers, logits.masked_fill(ruled_out, least), torch.nan)


def _pair_logits(model: nn.Module, x: Tensor, pair: Tensor) -> Tensor:
    logits = _logits(model, x)
    source, target = pair.unbind(dim=1)
    if int(source.min()) < ANY or int(target.min()) < 0 or int(pair.max()) >= logits.shape[1]:
        raise InputError(f"source and target must be classes from 0 to {logits.shape[1] - 1}")
    # The clone can be kept for the backward pass even where the caller is in inference mode.
    both = logits.gather(1, pair.clamp_min(0))

    leaving, reaching = source == target, source == ANY
    if not bool((leaving | reaching).any()):
        return both

    own = torch.where(reaching, target, source)[:, None]
    likeliest = logits.scatter(1, own, -torch.inf).max(dim=1).values
    return torch.stack(
        [torch.where(reaching, likeliest, both[:, 0]), torch.where(leaving, likeliest, both[:, 1])],
        dim=1,
    )


def _leaf(x: Tensor) -> Tensor:
    """Return x as what is differentiated by; the model is given a copy of it."""
    return (x.clone() if x.is_inference() else x.detach()).requires_grad_()


def class_logits(model: nn.Module, x: Tensor, batch: int) -> Tensor:
    """Return all logits, float64 [n, k], without gradients; otherwise as ``gap_gradient``."""
    with torch.no_grad():
        return torch.cat([_logits(model, x[part]).double() for part in chunks(len(x), batch)])


def pair_logits(model: nn.Module, x: Tensor, pair: Tensor) -> Tensor:
    """Return the logits of each pair, float64 [n, 2], without gradients; as ``gap_gradient``."""
    with torch.no_grad():
        return _pair_logits(model, x, pair).double()


def _gradient(model: nn.Module, output: Tensor, x: Tensor, *, keep_graph: bool = False) -> Tensor:
    """Return the gradient of the sum of what was computed from x; zero for a constant model."""
    gradient = None
    if output.requires_grad:
        (gradient,) = torch.autograd.grad(
            output.sum(), x, retain_graph=keep_graph, allow_unused=True
        )
    if gradient is None:
        check_constant(model, x)
        return torch.zeros_like(x)
    return gradient


def check_constant(model: nn.Module, x: Tensor) -> None:
    """Refuse a model that has no gradient to its input although it depends on it.

    Examples
    --------
    >>> class Cut(nn.Module):
    ...     def forward(self, x):
    ...         return 2 * x.detach()
    >>> check_constant(Cut(), torch.ones(1, 2))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    fcflow.errors.InputError: model's output depends on its input but has no gradient to it: ...
    """
    with torch.no_grad():
        start = _logits(model, x)
        for other in (-x, x + 1, x / 2):
            logits = _logits(model, other)
            if bool(((logits != start) & (logits - start).isfinite()).any()):
                raise InputError(
                    "model's output depends on its input but has no gradient to it: its forward"
                    " runs under torch.no_grad or inference_mode, or uses detach, .data, numpy,"
                    " rounding or comparisons"
                )


def gap_gradient(model: nn.Module, x: Tensor, pair: Tensor) -> tuple[Tensor, Tensor]:
    """Return the logits of the two classes and the gradient of their gap.

    The model is left as it was.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...], n > 0
    pair : int64 [n, 2]
        Source and target class of each input. Two equal classes stand for that class and the
        likeliest other one, whichever that is; the source ``ANY`` for the likeliest class other
        than the target.

    Returns
    -------
    logits : float64 [n, 2]
        NaN in rows where a logit, of any class, is NaN or infinite; minus infinity, by which a
        class is ruled out, is a large negative number.
    gradient : like x
        ∇(f_source - f_target). It may hold numbers that are not finite, also where the logits are:
        that of a square root at zero does.

    Raises
    ------
    InputError
        If the model does not return logits [n, k >= 2], a class is out of range, or the logits
        depend on x and have no gradient to it.
    """
    # ``autograd.grad`` fills no ``.grad``; the gap is differentiated, not the logits, which saves
    # one backward pass.
    with torch.inference_mode(False), torch.enable_grad():
        point = _leaf(x)
        logits = _pair_logits(model, point, pair)
        gradient = _gradient(model, logits[:, 0] - logits[:, 1], point)
    return logits.detach().double(), gradient


def loss_gradient(
    model: nn.Module, x: Tensor, loss: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """Return all logits, float64 [n, k], and the gradient of ``loss``, like ``x``.

    ``loss`` takes logits [n, k] to [n]. Errors as in ``gap_gradient``.
    """
    with torch.inference_mode(False), torch.enable_grad():
        point = _leaf(x)
        logits = _logits(model, point)
        gradient = _gradient(model, loss(logits), point)
    return logits.detach().double(), gradient


def pair_gradients(model: nn.Module, x: Tensor, pair: Tensor) -> tuple[Tensor, Tensor]:
    """Return ∇f_source and ∇f_target, each like ``x``; otherwise as ``gap_gradient``."""
    with torch.inference_mode(False), torch.enable_grad():
        point = _leaf(x)
        logits = _pair_logits(model, point, pair)
        of_source = _gradient(model, logits[:, 0], point, keep_graph=True)
        return of_source, _gradient(model, logits[:, 1], point)
