"""Feature compression at a point, and the projections ρ and ρ₂ ([FC] §4 to §6)."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fcflow.compression.refused import tell_head, tell_refused
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.checks import check_direction, check_points
from fcflow.gradients.coordinates import Numbers
from fcflow.gradients.gap import gap_gradient, pair_gradients
from fcflow.gradients.vectors import cosine, unit
from fcflow.models.classes import named_pair, runners_up
from fcflow.models.prepared import Options, prepare

# Singular values below this many roundings of the input's dtype, relative to the largest, are taken
# for zero.
_RANK_ROUNDINGS = 64


@dataclass(frozen=True)
class _Points:
    """What a measure is taken of: points, one direction and one pair of classes for each."""

    model: nn.Module
    x: Tensor
    v: Tensor
    pair: Tensor
    usable: Tensor
    batch: int

    def measured(self, of: Callable[[nn.Module, Tensor, Tensor, Tensor], Tensor]) -> Tensor:
        """Return a measure of every point, [n] like x; NaN where a gradient is not finite.

        ``of`` takes model, points, directions and pairs to float64 [m], infinite at these.
        """
        result = torch.full_like(self.v.flatten(1)[:, 0], torch.nan)
        rows = torch.nonzero(self.usable)[:, 0]
        for part in rows.split(self.batch) if rows.numel() else ():
            result[part] = of(self.model, self.x[part], self.v[part], self.pair[part])
        infinite = result.isinf()
        if len(result) and bool(infinite.any()):
            tell_refused(infinite[self.usable], "the model's gradient is not finite")
        return torch.where(infinite, torch.nan, result).to(self.x.dtype)


def _prepared(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor | None,
    target: int | Tensor | None,
    options: Options,
) -> _Points:
    x = check_points("x", x, finite=False)
    v = check_direction(direction, x)
    ready = prepare(model, x, **options)
    own, other = named_pair(source, target, ready.logits)
    if other is None:
        other = runners_up(ready.logits, own)
    tell_refused(~ready.usable, "the model's logits are not finite")
    tell_head(ready.behind is not ready.model)
    pair = torch.stack([own, other], dim=1)
    return _Points(ready.model, x, v, pair, ready.usable, options["batch"])


def _cosines(model: nn.Module, x: Tensor, v: Tensor, pair: Tensor) -> Tensor:
    _, gradient = gap_gradient(model, x, pair)
    finite = gradient.isfinite().flatten(1).all(dim=1)
    return cosine(gradient.double(), v).where(finite, torch.inf)


def _span_ratios(model: nn.Module, x: Tensor, v: Tensor, pair: Tensor) -> Tensor:
    both = pair_gradients(model, x, pair)
    finite = (both[0] + both[1]).isfinite().flatten(1).all(dim=1)
    gradients = torch.stack([unit(one.double()) for one in both], dim=2)
    # A zero gradient (NaN once scaled) adds nothing to the span of the other.
    basis, values, _ = torch.linalg.svd(gradients.nan_to_num(0.0), full_matrices=False)
    counts = values > values[:, :1] * _RANK_ROUNDINGS * torch.finfo(x.dtype).eps
    projected = (basis * unit(v)[:, :, None]).sum(dim=1) * counts
    ratio = torch.linalg.vector_norm(projected, dim=1).clamp(max=1.0)
    ratio = torch.where(counts[:, 0], ratio, torch.nan)
    return torch.where(finite, ratio, torch.inf)


def feature_compression(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    batch: int = DEFAULT_BATCH,
    check_rows: bool = True,
) -> Tensor:
    """Return the signed feature compression cos θ = ⟨∇g(x), v⟩ / (‖∇g(x)‖ ‖v‖) ([FC] §5).

    Here g = f_source - f_target.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch of inputs to logits [n, k], each row depending on its own input alone. The gap
        is that of its outputs as they are: for a model that ends in a softmax it is not that of the
        logits, and a warning says so.
    x : floating point [n, ...]
        The points.
    direction : floating point, shape of x or of one input
        The feature direction v, one for each point or one for all.
    source, target : int or integer tensor [n], optional
        The classes whose gap is differentiated; by default the model's answer at x, and the
        likeliest class other than the source.
    mean, std : float, sequence or tensor, optional
        For a model that expects (x - mean) / std: numbers, one for each channel (the first axis of
        an input), or tensors. x and the direction are then in the units before that.
    batch : int
        The most points that go through the model at once.
    check_rows : bool
        Whether to refuse a model whose output is not a function of one row, at two evaluations of
        up to four points, each with as many others. Without it, what such a model gives depends on
        the batches in which it is evaluated.

    Returns
    -------
    tensor [n], dtype and device of x
        In [-1, 1]; NaN where the gradient is exactly zero: such a point looks in no direction, and
        0 would say that it looks in another one. NaN also, with a warning, where the model's logits
        or its gradient are not finite.

    Raises
    ------
    InputError
        In one line that names the argument: if one has the wrong shape, type or range; if the model
        is in training mode, is not a function of one row, or has no gradient to its input although
        it depends on it; or if its logits or gradients are finite at none of the points.

    Examples
    --------
    >>> model = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> feature_compression(model, torch.zeros(1, 2), torch.tensor([0.0, 2.0]), source=0, target=1)
    tensor([0.8000])
    """
    options: Options = {"mean": mean, "std": std, "batch": batch, "check_rows": check_rows}
    with torch.inference_mode(False):
        points = _prepared(model, x, direction, source, target, options)
        return points.measured(_cosines)


def projection_ratio(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    batch: int = DEFAULT_BATCH,
    check_rows: bool = True,
) -> Tensor:
    """Return ρ = ‖P_{∇f_source - ∇f_target} v‖ / ‖v‖ = |cos θ|, see ``feature_compression``.

    Examples
    --------
    >>> model = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> projection_ratio(model, torch.zeros(1, 2), torch.tensor([0.0, -2.0]), source=0, target=1)
    tensor([0.8000])
    """
    options: Options = {"mean": mean, "std": std, "batch": batch, "check_rows": check_rows}
    return feature_compression(model, x, direction, source, target, **options).abs()


def span_ratio(
    model: nn.Module,
    x: Tensor,
    direction: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    batch: int = DEFAULT_BATCH,
    check_rows: bool = True,
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
    options: Options = {"mean": mean, "std": std, "batch": batch, "check_rows": check_rows}
    with torch.inference_mode(False):
        points = _prepared(model, x, direction, source, target, options)
        return points.measured(_span_ratios)
