"""Which other classes are near a point, to first order, of however many there are."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fcflow.gradients.batches import chunks
from fcflow.gradients.gap import class_logits, gap_gradient
from fcflow.gradients.vectors import norm

# So many classes are compared by the gradients of their gaps. Of more, the logits are looked at in
# a few directions, and what seems nearest by that is compared, a few more than are returned.
_BY_GRADIENT, _MORE = 10, 3

# Of so few, all are searched anyway, and their order does not matter.
_FEW = 3

# Directions in which the logits of many classes are compared. The root mean square of a gap's
# slopes is off by a share of about (2 * 32) ** -0.5, an eighth; in no more dimensions than these
# they are a basis, and nothing is off.
_DIRECTIONS = 32

# Length of a step in such a direction over that of x (or of a vector of ones, for a point at zero):
# far more than the rounding of float32 changes, and little beside what curvature does.

_STEP = 1e-3


@dataclass(frozen=True)
class NearestClasses:
    """The classes that are searched first.

    Attributes
    ----------
    classes : int64 [n, c]
        Other than the source, nearest first.
    n_forward, n_backward : int
        Evaluations and gradients of each point that this took.
    """

    classes: Tensor
    n_forward: int
    n_backward: int


def nearest_classes(
    model: nn.Module, x: Tensor, source: Tensor, most: int, batch: int
) -> NearestClasses:
    """Compare all other classes by gap over slope at x, and return the nearest.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...], n > 0
    source : int64 [n]
    most : int
        How many classes are returned, if there are as many.
    batch : int
        Points in one evaluation of the model, at most.

    Examples
    --------
    >>> linear = nn.Linear(1, 3, bias=False).eval()
    >>> _ = linear.weight.data.copy_(torch.tensor([[1.0], [0.0], [-8.0]]))
    >>> nearest_classes(linear, torch.ones(1, 1), torch.tensor([0]), 2, batch=1).classes
    tensor([[1, 2]])
    """
    logits = class_logits(model, x, batch)
    others = logits.shape[1] - 1
    gaps = logits.gather(1, source[:, None]) - logits
    forward = 1
    if others > _BY_GRADIENT:
        slopes, directions = _slopes(model, x, source, logits, batch)
        forward += directions
        distance = gaps / slopes
    else:
        distance = gaps.clone()
    distance = distance.nan_to_num(nan=torch.inf).scatter(1, source[:, None], torch.inf)
    compared = others if others <= _BY_GRADIENT else min(others, most + _MORE)
    classes = distance.argsort(dim=1, stable=True)[:, :compared]
    if others <= _FEW:
        return NearestClasses(classes[:, :most], forward, 0)

    exact = torch.stack(
        [_distance(model, x, source, classes[:, j], batch) for j in range(compared)]
    )
    order = exact.T.nan_to_num(nan=torch.inf).argsort(dim=1, stable=True)
    nearest = classes.gather(1, order)[:, :most]
    return NearestClasses(nearest, forward + compared, compared)


def _distance(model: nn.Module, x: Tensor, source: Tensor, target: Tensor, batch: int) -> Tensor:
    """Return gaps over the lengths of their gradients, float64 [n]; NaN where both are zero."""
    pair = torch.stack([source, target], dim=1)
    parts = []
    for part in chunks(len(x), batch):
        logits, gradient = gap_gradient(model, x[part], pair[part])
        parts.append((logits[:, 0] - logits[:, 1]) / norm(gradient.double()))
    return torch.cat(parts)


def _slopes(
    model: nn.Module, x: Tensor, source: Tensor, logits: Tensor, batch: int
) -> tuple[Tensor, int]:
    """Return estimates of the lengths of all gaps' gradients, float64 [n, k], and evaluations.

    For orthonormal directions u out of D dimensions, D / m Σ ⟨∇g, u⟩² over m of them is ‖∇g‖² on
    average.
    """
    d = x[0].numel()
    m = min(_DIRECTIONS, d)
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(d, m, generator=generator, dtype=torch.float64)
    directions = torch.linalg.qr(drawn).Q.T.to(device=x.device, dtype=x.dtype)
    size = x.double().flatten(1).norm(dim=1)
    step = _STEP * torch.where(size > 0, size, d**0.5)

    squares = torch.zeros_like(logits)
    sizes = step.to(x.dtype).reshape(-1, *[1] * (x.ndim - 1))
    for direction in directions:
        moved = x + sizes * direction.reshape(x[:1].shape)
        change = (class_logits(model, moved, batch) - logits) / step[:, None]
        squares += (change.gather(1, source[:, None]) - change).square()
    return (squares * d / m).sqrt(), m
