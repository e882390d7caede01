"""Checks of models, points, classes and bounds, whatever is computed with them."""

import torch
from torch import Tensor, nn

from fcflow.errors import InputError


def check_points(name: str, x: Tensor, *, finite: bool = True) -> Tensor:
    """Return ``x`` detached; refuse anything but a batch of floating-point inputs, ``finite`` ones.

    Call it outside of ``torch.inference_mode``; tensors that were made there are copied.
    """
    if not isinstance(x, Tensor) or not x.is_floating_point():
        kind = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise InputError(f"{name} must be a tensor of floating-point numbers, got {kind}")
    if x.ndim < 2:
        raise InputError(
            f"{name} must be a batch [n, ...], got shape {list(x.shape)}; a single input is a batch"
            " of one"
        )
    if finite and not bool(x.isfinite().all()):
        raise InputError(f"{name} must be finite, got NaN or infinity")
    return x.clone() if x.is_inference() else x.detach()


def check_direction(direction: Tensor, x: Tensor) -> Tensor:
    """Return one direction per input, float64 [n, ...]; refuse a zero or misshapen one."""
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
    """Refuse a model with a part in training mode: dropout and batch norm make gradients random.

    A model that was exported or frozen keeps the mode that it had then, and has no other.
    """
    if not isinstance(model, nn.Module):
        hint = ": take what its module() returns" if hasattr(model, "module") else ""
        raise InputError(f"model must be a torch module, got {type(model).__name__}{hint}")
    exported = [name for name, part in model.named_modules() if "eval" in vars(part)]
    for name, part in model.named_modules():
        settled = any(
            name == whole or name.startswith(f"{whole}." * bool(whole)) for whole in exported
        )
        if getattr(part, "training", False) and not settled:
            raise InputError(
                "model must be in evaluation mode: call model.eval() first"
                f" ({name or 'the model'} is in training mode)"
            )


def check_batch(batch: int) -> None:
    """Refuse a number of evaluations at once below one."""
    if batch < 1:
        raise InputError(f"batch must be at least 1, got {batch}")


def check_classes(name: str, given: int | Tensor, x: Tensor) -> Tensor:
    """Return one class for each input, int64 [n] on the device of ``x``.

    Whether the model has that class is checked where its logits are taken.
    """
    try:
        index = torch.as_tensor(given, device=x.device)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{name} must be a class number, got {given!r}") from error
    if index.is_floating_point() or index.is_complex() or index.dtype == torch.bool:
        raise InputError(f"{name} must be a class number, got {index.dtype}")
    if index.shape not in {torch.Size(()), x.shape[:1]}:
        raise InputError(
            f"{name} must be one class or one for each of {len(x)} inputs, got {list(index.shape)}"
        )
    return index.to(torch.int64).expand(len(x))


def check_pair(source: int | Tensor, target: int | Tensor, x: Tensor) -> Tensor:
    """Return the two classes of each input, int64 [n, 2]; as ``check_classes`` otherwise."""
    pair = torch.stack(
        [check_classes("source", source, x), check_classes("target", target, x)], dim=1
    )
    if bool((pair[:, 0] == pair[:, 1]).any()):
        raise InputError("source and target must be different classes")
    return pair


def check_range(name: str, index: Tensor, classes: int) -> None:
    """Refuse class numbers that a model of so many classes does not have."""
    if index.numel() and (int(index.min()) < 0 or int(index.max()) >= classes):
        kind = "classes" if " " in name else "a class"
        raise InputError(f"{name} must be {kind} from 0 to {classes - 1}")
