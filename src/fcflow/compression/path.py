"""Feature compression along segments, and its integral by adaptive quadrature ([FC] §5, §6)."""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor, nn

from fcflow.compression.quadrature import Intervals, Paths, refine
from fcflow.compression.refused import tell_head, tell_refused
from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.checks import check_points
from fcflow.gradients.coordinates import Numbers
from fcflow.models.classes import named_pair, runners_up
from fcflow.models.prepared import Options, prepare

# Below this many roundings of the logits, a difference of gaps says nothing about the quadrature.
_GAP_ROUNDINGS = 32


@dataclass(frozen=True, eq=False)
class PathCompression:
    """Feature compression along n paths x_γ = x1 + γ (x2 - x1).

    Here v = x1 - x2 and g = f_source - f_target.

    Everything is on the device of the inputs, and in their dtype unless said otherwise.

    Attributes
    ----------
    gamma : [points]
        The grid, equal steps from 0 to 1.
    cos : [n, points]
        cos θ_γ, signed; NaN where the gradient is exactly zero, which looks in no direction.
    grad_norm : [n, points]
        ‖∇g(x_γ)‖.
    gap : [n, points]
        g(x_γ); the first is g(x1), the last g(x2).
    integral : [n]
        D = ∫ ‖∇g‖ cos θ ds from x1 to x2, from gradients alone.
    quadrature_error : [n]
        D - (g(x1) - g(x2)), signed: zero but for the quadrature and rounding, by the fundamental
        theorem of calculus.
    predicted_length : [n]
        D̃ = D / ‖∇g(x1)‖, signed ([FC] §6); NaN where that gradient is zero.
    flip_length : [n]
        g(x1) / ‖∇g(x1)‖, the first-order length to the boundary of the pair; NaN where that
        gradient is zero.
    mean_cos : [n]
        The papers' "average compression rate", the mean of ``cos`` over the grid; NaN if one of
        them is.
    n_gradients : int64 [n]
        Gradients evaluated on the path, those of the grid included.
    converged : bool [n]
        Whether the quadrature error, and the root of the sum of squares of the errors of the path's
        intervals, are both as small as was asked for.
    """

    gamma: Tensor
    cos: Tensor
    grad_norm: Tensor
    gap: Tensor
    integral: Tensor
    quadrature_error: Tensor
    predicted_length: Tensor
    flip_length: Tensor
    mean_cos: Tensor
    n_gradients: Tensor
    converged: Tensor


def _checked(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: int | Tensor | None,
    target: int | Tensor | None,
    options: Options,
) -> Paths:
    x1, x2 = check_points("x1", x1, finite=False), check_points("x2", x2, finite=False)
    if x1.shape != x2.shape or x1.dtype != x2.dtype or x1.device != x2.device:
        described = [f"{list(x.shape)} {x.dtype} on {x.device}" for x in (x1, x2)]
        raise InputError(
            f"x1 and x2 must have the same shape, dtype and device, got {described[0]} and"
            f" {described[1]}"
        )
    if not bool((x1 != x2).flatten(1).any(dim=1).all()):
        raise InputError("x1 and x2 must differ on every path")
    for name, x in (("x1", x1), ("x2", x2)):
        if len(x) and not bool(x.isfinite().flatten(1).all(dim=1).any()):
            raise InputError(f"{name} must be finite, got NaN or infinity")
    ready = prepare(model, x1, **options)
    own, other = named_pair(source, target, ready.logits)
    if other is None:
        other = runners_up(ready.logits, own)
    tell_head(ready.behind is not ready.model)
    refused = ~(ready.usable & x2.isfinite().flatten(1).all(dim=1)).cpu()
    pair = torch.stack([own, other], dim=1)
    return Paths(ready.model, x1, x2, pair, refused, options["batch"])


def _without(path: PathCompression, refused: Tensor) -> PathCompression:
    """Return the paths with NaN where they were refused."""
    tell_refused(refused.cpu(), "the model's logits or its gradient are not finite")
    told = {}
    for field in fields(path):
        value = getattr(path, field.name)
        if field.name != "gamma" and value.is_floating_point():
            told[field.name] = value.index_fill(0, torch.nonzero(refused)[:, 0], torch.nan)
    return replace(path, **told, converged=path.converged & ~refused)


def _summary(
    paths: Paths, values: Tensor, tolerance: float, max_gradients: int, points: int
) -> PathCompression:
    """Integrate what is known on the grid and between its points, [5, n, 2 * points - 1]."""
    n, x1 = len(paths.x1), paths.x1
    gap, slope, length, cos, size = values
    fine = torch.linspace(0, 1, 2 * points - 1, dtype=torch.float64)
    truth = gap[:, 0] - gap[:, -1]
    floor = _GAP_ROUNDINGS * torch.finfo(x1.dtype).eps * size.amax(dim=1)
    allowed = torch.maximum(tolerance * truth.abs(), floor).clamp(
        min=torch.finfo(torch.float64).tiny
    )
    intervals = Intervals(
        torch.arange(n).repeat_interleave(points - 1),
        fine[:-1:2].repeat(n),
        torch.full((n * (points - 1),), 1 / (points - 1), dtype=torch.float64),
        gap.unfold(1, 3, 2).flatten(0, 1),
        slope.unfold(1, 3, 2).flatten(0, 1),
    )

    integral, n_gradients, converged = refine(
        intervals, paths, allowed, max_gradients, 2 * points - 1
    )
    at_start = length[:, 0].where(length[:, 0] > 0, torch.nan)
    measures = {
        "gamma": fine[::2],
        "cos": cos[:, ::2],
        "grad_norm": length[:, ::2],
        "gap": gap[:, ::2],
        "integral": integral,
        "quadrature_error": integral - truth,
        "predicted_length": integral / at_start,
        "flip_length": gap[:, 0] / at_start,
        "mean_cos": cos[:, ::2].mean(dim=1),
    }

    like_input = {name: value.to(x1.device, x1.dtype) for name, value in measures.items()}
    return PathCompression(
        **like_input, n_gradients=n_gradients.to(x1.device), converged=converged.to(x1.device)
    )


def path_compression(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    points: int = 11,
    tolerance: float = 1e-3,
    max_gradients: int = 2001,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    batch: int = DEFAULT_BATCH,
    check_rows: bool = True,
) -> PathCompression:
    """Return cos θ_γ on segments from x1 to x2, D = ∫ ‖∇g‖ cos θ ds and the length D̃ ([FC] §5, §6).

    D equals g(x1) - g(x2). It is computed from gradients alone, so that the equality checks them.
    Between any two points it is known what the integral must be, so the error of every interval is
    exact, and the worst are halved until both the error of the path and the root of the sum of
    squares of its intervals' errors are at most ``tolerance`` times |g(x1) - g(x2)|: the second
    keeps errors that cancel by luck from passing for accuracy. Where the difference of the gaps
    drowns in the rounding of the logits, 32 roundings of the largest logit of the pair on the path
    are allowed instead.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch of inputs to logits [n, k], each row depending on its own input alone; taken
        as in :func:`~fcflow.compression.feature.feature_compression`.
    x1, x2 : floating point [n, ...]
        Start and end of each path.
    source, target : int or integer tensor [n], optional
        The classes of the gap g = f_source - f_target; by default the model's answer at x1, and the
        likeliest class there other than the source.
    points : int
        Grid points at which cos θ_γ is reported, both ends included.
    tolerance : float
        Quadrature error allowed, relative to |g(x1) - g(x2)|.
    max_gradients : int
        The most gradients spent on a path, at least ``2 * points - 1``; a path that needs more is
        not ``converged``.
    mean, std : float, sequence or tensor, optional
        For a model that expects (x - mean) / std: numbers, one for each channel, or tensors. x1, x2
        and all lengths are then in the units before that.
    batch : int
        The most points that go through the model at once.
    check_rows : bool
        Whether to refuse a model whose output is not a function of one row, at two evaluations of
        up to four points, each with as many others.

    Returns
    -------
    PathCompression
        A path on which logits or gradients are not finite somewhere is NaN and not ``converged``,
        with a warning.

    Raises
    ------
    InputError
        In one line that names the argument: if one has the wrong shape, type or range; if x1 equals
        x2; if the model is in training mode, is not a function of one row, or has no gradient to
        its input although it depends on it; or if no path has finite logits and gradients.

    Examples
    --------
    >>> model = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> x1, x2 = torch.tensor([[0.0, 1.0]]), torch.tensor([[0.0, -1.0]])
    >>> path = path_compression(model, x1, x2, source=0, target=1)
    >>> path.integral, path.predicted_length, path.mean_cos
    (tensor([8.]), tensor([1.6000]), tensor([0.8000]))
    """
    if points < 2:
        raise InputError(f"points must be at least 2, both ends of the path, got {points}")
    if not 0 < tolerance < float("inf"):
        raise InputError(f"tolerance must be a positive number, got {tolerance}")
    if max_gradients < 2 * points - 1:
        raise InputError(
            f"max_gradients must be at least 2 * points - 1 = {2 * points - 1}, got {max_gradients}"
        )
    options: Options = {"mean": mean, "std": std, "batch": batch, "check_rows": check_rows}
    with torch.inference_mode(False):
        paths = _checked(model, x1, x2, source, target, options)
        n, m = len(x1), 2 * points - 1
        gamma = torch.linspace(0, 1, m, dtype=torch.float64)
        values = paths.evaluate(torch.arange(n).repeat_interleave(m), gamma.repeat(n))
        path = _summary(paths, values.reshape(5, n, m), tolerance, max_gradients, points)
        return _without(path, paths.refused.to(x1.device)) if paths.refused.any() else path
