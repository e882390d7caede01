"""Feature compression at a point, and the projections ρ and ρ₂ ([FC] §4 to §6)."""

import torch
from torch import Tensor, nn

from fcflow.gradients.batches import DEFAULT_BATCH, chunks
from fcflow.gradients.checks import (
    check_batch,
    check_direction,
    check_model,
    check_pair,
    check_points,
)
from fcflow.gradients.gap import gap_gradient, pair_gradients
from fcflow.gradients.vectors import cosine, unit

# Singular values below this many roundings of the input's dtype, relative to the largest, are taken
# for zero.
_RANK_ROUNDINGS = 64


def _prepared(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    batch: int,
) -> tuple[Tensor, Tensor, Tensor]:
    check_model(model)
    check_batch(batch)
    x = check_points("x", x)
    return x, check_direction(direction, x), check_pair(source, target, x)


def feature_compression(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    batch: int = DEFAULT_BATCH,
) -> Tensor:
    """Return the signed feature compression cos θ = ⟨∇g(x), v⟩ / (‖∇g(x)‖ ‖v‖) ([FC] §5).

    Here g = f_source - f_target.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch of inputs to logits [n, k], each row depending on its own input alone.
    x : floating point [n, ...]
        The points.
    direction : floating point, shape of x or of one input
        The feature direction v, one for each point or one for all.
    source, target : int or integer tensor [n]
        The classes whose gap is differentiated.
    batch : int
        The most points that go through the model at once.

    Returns
    -------
    tensor [n], dtype and device of x
        In [-1, 1]; NaN where the gradient is exactly zero: such a point looks in no direction, and
        0 would say that it looks in another one.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, the model is in training mode, or its
        logits or gradients are not finite.

    Examples
    --------
    >>> model = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> feature_compression(model, torch.zeros(1, 2), torch.tensor([0.0, 2.0]), source=0, target=1)
    tensor([0.8000])
    """
    x, v, pair = _prepared(model, x, direction, source, target, batch)
    result = torch.empty(len(x), dtype=x.dtype, device=x.device)
    for part in chunks(len(x), batch):
        _, gradient = gap_gradient(model, x[part], pair[part])
        result[part] = cosine(gradient.double(), v[part]).to(x.dtype)
    return result


def projection_ratio(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    batch: int = DEFAULT_BATCH,
) -> Tensor:
    """Return ρ = ‖P_{∇f_source - ∇f_target} v‖ / ‖v‖ = |cos θ|, see ``feature_compression``.

    Examples
    --------
    >>> model = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> projection_ratio(model, torch.zeros(1, 2), torch.tensor([0.0, -2.0]), source=0, target=1)
    tensor([0.8000])
    """
    return feature_compression(model, x, direction, source, target, batch=batch).abs()


def span_ratio(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    batch: int = DEFAULT_BATCH,
) -> Tensor:
    """Return ρ₂ = ‖P_{span{∇f_source, ∇f_target}} v‖ / ‖v‖ (Theorem 7, [FC] §4); ρ ≤ ρ₂ ≤ 1.

    The basis of the span comes from a singular value decomposition, in float64, of the two
    gradients scaled to unit length. Where the smaller singular value is at most 64 roundings of the
    dtype of ``x`` times the larger one, the gradients are parallel as far as can be told, and their
    span is a line. It is NaN where both are exactly zero. Parameters, result and errors are those
    of ``feature_compression``.

    Examples
    --------
    >>> model = nn.Linear(3, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]]))
    >>> span_ratio(model, torch.zeros(1, 3), torch.tensor([0.0, 3.0, 4.0]), source=0, target=1)
    tensor([0.6000])
    """
    x, v, pair = _prepared(model, x, direction, source, target, batch)
    result = torch.empty(len(x), dtype=x.dtype, device=x.device)
    for part in chunks(len(x), batch):
        gradients = torch.stack(
            [unit(one.double()) for one in pair_gradients(model, x[part], pair[part])], dim=2
        )
        # A zero gradient (NaN once scaled) adds nothing to the span of the other.
        basis, values, _ = torch.linalg.svd(gradients.nan_to_num(0.0), full_matrices=False)
        counts = values > values[:, :1] * _RANK_ROUNDINGS * torch.finfo(x.dtype).eps
        projected = (basis * unit(v[part])[:, :, None]).sum(dim=1) * counts
        ratio = torch.linalg.vector_norm(projected, dim=1).clamp(max=1.0)
        result[part] = ratio.where(counts[:, 0], torch.nan).to(x.dtype)
    return result
