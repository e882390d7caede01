"""The logit gap g = f_source - f_target of any torch module, its gradient, and the checks of what is passed in."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from fcflow.errors import InputError

DEFAULT_BATCH = 64


def check_points(name: str, x: Tensor) -> Tensor:
    """Return ``x`` detached, or refuse anything but a batch of finite floating-point inputs, [n, ...]."""
    if not isinstance(x, Tensor) or not x.is_floating_point():
        kind = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise InputError(f"{name} must be a tensor of floating-point numbers, got {kind}")
    if x.ndim < 2:
        raise InputError(
            f"{name} must be a batch [n, ...], got shape {list(x.shape)}; a single input is a batch"
            " of one"
        )
    if not bool(x.isfinite().all()):
        raise InputError(f"{name} must be finite, got NaN or infinity")
    return x.detach()


def check_direction(direction: Tensor, x: Tensor) -> Tensor:
    """Return one direction for each of the inputs, float64 [n, ...], or refuse a zero or misshapen one."""
    if not isinstance(direction, Tensor) or direction.shape not in {
        x.shape,
        x.shape[1:],
        (1, *x.shape[1:]),
    }:
        got = list(direction.shape) if isinstance(direction, Tensor) else type(direction).__name__
        raise InputError(
            f"direction must have the shape of x, {list(x.shape)}, or of one input, got {got}"
        )
    single = direction.ndim < x.ndim
    v = check_points("direction", direction[None] if single else direction).to(
        x.device, torch.float64
    )
    if not bool((v.flatten(1) != 0).any(dim=1).all()):
        raise InputError("direction: every direction must be different from zero")
    return v.expand(x.shape)


def check_model(model: nn.Module) -> None:
    """Refuse a model with a part in training mode, where dropout and batch norm make gradients random."""
    if not isinstance(model, nn.Module):
        raise InputError(f"model must be a torch module, got {type(model).__name__}")
    training = next(
        (name or "the model" for name, part in model.named_modules() if part.training), None
    )
    if training is not None:
        raise InputError(
            f"model must be in evaluation mode: call model.eval() first ({training} is in training"
            " mode)"
        )


def check_batch(batch: int) -> None:
    """Refuse a number of evaluations at once below one."""
    if batch < 1:
        raise InputError(f"batch must be at least 1, got {batch}")


def check_classes(name: str, given: int | Tensor, x: Tensor) -> Tensor:
    """Return one class for each input, int64 [n] on the device of ``x``; its range is checked by the model's answer."""
    index = torch.as_tensor(given, device=x.device)
    if index.is_floating_point() or index.is_complex() or index.dtype == torch.bool:
        raise InputError(f"{name} must be a class number, got {index.dtype}")
    if index.shape not in {torch.Size(()), x.shape[:1]}:
        raise InputError(
            f"{name} must be one class or one for each of {len(x)} inputs, got {list(index.shape)}"
        )
    return index.to(torch.int64).expand(len(x))


def check_pair(source: int | Tensor, target: int | Tensor, x: Tensor) -> Tensor:
    """Return the two classes of each input, int64 [n, 2] on the device of ``x``; their range is checked later."""
    pair = torch.stack(
        [check_classes("source", source, x), check_classes("target", target, x)], dim=1
    )
    if bool((pair[:, 0] == pair[:, 1]).any()):
        raise InputError("source and target must be different classes")
    return pair


def _logits(model: nn.Module, x: Tensor) -> Tensor:
    logits = model(x)
    if (
        not isinstance(logits, Tensor)
        or logits.ndim != 2
        or len(logits) != len(x)
        or logits.shape[1] < 2
    ):
        got = f"shape {list(logits.shape)}" if isinstance(logits, Tensor) else type(logits).__name__
        raise InputError(f"model must return logits [{len(x)}, k] of k >= 2 classes, got {got}")
    if not bool(logits.detach().isfinite().all()):
        raise InputError(
            "the model's logits are not finite: look for NaN or infinity in its weights"
        )
    return logits


def _pair_logits(model: nn.Module, x: Tensor, pair: Tensor) -> Tensor:
    logits = _logits(model, x)
    if int(pair.min()) < 0 or int(pair.max()) >= logits.shape[1]:
        raise InputError(f"source and target must be classes from 0 to {logits.shape[1] - 1}")
    # The clone can be kept for the backward pass even where the caller is in inference mode.
    chosen = logits.gather(1, pair.clone())
    leaving = pair[:, 0] == pair[:, 1]
    if not bool(leaving.any()):
        return chosen
    likeliest = logits.scatter(1, pair[:, :1].clone(), -torch.inf).max(dim=1).values
    return torch.stack([chosen[:, 0], torch.where(leaving, likeliest, chosen[:, 1])], dim=1)


def class_logits(model: nn.Module, x: Tensor, batch: int) -> Tensor:
    """Return all logits of every input, float64 [n, k], without gradients; errors as in ``gap_gradient``."""
    with torch.no_grad():
        return torch.cat([_logits(model, x[part]).double() for part in chunks(len(x), batch)])


def pair_logits(model: nn.Module, x: Tensor, pair: Tensor) -> Tensor:
    """Return the logits of each input's two classes, float64 [n, 2], without gradients; as ``gap_gradient`` does."""
    with torch.no_grad():
        return _pair_logits(model, x, pair).double()


def _gradient(output: Tensor, x: Tensor, *, keep_graph: bool = False) -> Tensor:
    # A constant model has no graph to x at all; its gradient is zero all the same.
    if not output.requires_grad:
        return torch.zeros_like(x)
    (gradient,) = torch.autograd.grad(
        output.sum(), x, retain_graph=keep_graph, allow_unused=True, materialize_grads=True
    )
    if not bool(gradient.isfinite().all()):
        raise InputError("the model's gradient is not finite")
    return gradient


def gap_gradient(model: nn.Module, x: Tensor, pair: Tensor) -> tuple[Tensor, Tensor]:
    """Return the logits of the two classes and the gradient of their gap; the model is left as it was.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...], n > 0
    pair : int64 [n, 2]
        Source and target class of each input. Two equal classes stand for that class and the
        likeliest other one, whichever that is.

    Returns
    -------
    logits : float64 [n, 2]
    gradient : like x
        ∇(f_source - f_target).

    Raises
    ------
    InputError
        If the model does not return finite logits [n, k >= 2], a class is out of range or the
        gradient is not finite.
    """
    # ``autograd.grad`` fills no ``.grad``; the gap is differentiated, not the logits, which saves
    # one backward pass.
    with torch.inference_mode(False), torch.enable_grad():
        point = x.detach().clone().requires_grad_()
        logits = _pair_logits(model, point, pair)
        gradient = _gradient(logits[:, 0] - logits[:, 1], point)
    return logits.detach().double(), gradient


def loss_gradient(
    model: nn.Module, x: Tensor, loss: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """Return all logits, float64 [n, k], and the gradient, like ``x``, of ``loss``: from logits [n, k] to [n].

    Errors as in ``gap_gradient``.
    """
    with torch.inference_mode(False), torch.enable_grad():
        point = x.detach().clone().requires_grad_()
        logits = _logits(model, point)
        gradient = _gradient(loss(logits), point)
    return logits.detach().double(), gradient


def pair_gradients(model: nn.Module, x: Tensor, pair: Tensor) -> tuple[Tensor, Tensor]:
    """Return ∇f_source and ∇f_target, each like ``x``; parameters and errors as in ``gap_gradient``."""
    with torch.inference_mode(False), torch.enable_grad():
        point = x.detach().clone().requires_grad_()
        logits = _pair_logits(model, point, pair)
        of_source = _gradient(logits[:, 0], point, keep_graph=True)
        return of_source, _gradient(logits[:, 1], point)


def chunks(n: int, batch: int) -> Iterator[slice]:
    """Yield the slices of at most ``batch`` that cover ``n`` evaluations.

    Examples
    --------
    >>> [(part.start, part.stop) for part in chunks(5, 2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, n, batch):
        yield slice(start, min(start + batch, n))


def norm(v: Tensor) -> Tensor:
    """Return the L2 norms of float64 vectors [n, ...] whose squares may leave the range of float64.

    Examples
    --------
    >>> norm(torch.tensor([[3e200, 4e200]], dtype=torch.float64))
    tensor([5.0000e+200], dtype=torch.float64)
    """
    flat = v.flatten(1)
    peak = flat.abs().amax(dim=1)
    scale = torch.where(peak > 0, peak, 1.0)
    length: Tensor = torch.linalg.vector_norm(flat / scale[:, None], dim=1)
    return length * scale


def unit(v: Tensor) -> Tensor:
    """Return float64 vectors [n, ...] flattened to unit length, float64 [n, d]; NaN where a vector is zero."""
    flat = v.flatten(1)
    scaled = flat / flat.abs().amax(dim=1, keepdim=True)
    length: Tensor = torch.linalg.vector_norm(scaled, dim=1, keepdim=True)
    return scaled / length


def cosine(gradient: Tensor, direction: Tensor) -> Tensor:
    """Return cos θ of float64 vectors [n, ...], float64 [n]; NaN where one is zero, which has no direction."""
    return (unit(gradient) * unit(direction)).sum(dim=1).clamp(-1.0, 1.0)
