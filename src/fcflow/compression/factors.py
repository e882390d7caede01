"""Why a perturbation is as short as it is: an exact product of four factors.

A perturbation e of x1 is compared with half the distance to x2, v = x1 - x2.
With N(γ) = ‖∇g(x_γ)‖, its mean N̄ over the path, and cos̄ = ∫ N cos θ dγ / ∫ N dγ,

    ‖e‖ / (‖v‖/2)  =  cos̄  ·  N̄/N(0)  ·  2 g(x1)/(g(x1) − g(x2))  ·  ‖e‖ N(0)/g(x1)

exactly, because g(x1) − g(x2) = ‖v‖ N̄ cos̄. The first three are the path's, and their product is
D̃_flip over half the distance; the last is the perturbation's, its curvature. [FC] says that the
ratio is about |cos θ|, which holds where the last three are near one.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from fcflow.compression.path import PathCompression
from fcflow.errors import InputError
from fcflow.gradients.vectors import norm


@dataclass(frozen=True, eq=False)
class Factors:
    """How short n perturbations are, in four factors; float64 [n] on the device of x1.

    NaN where a gradient, the gap at x1 or its change is zero, and where the path is NaN itself; the
    last two also where no perturbation was found.

    Attributes
    ----------
    weighted_cosine : Tensor
        cos̄, compression along the path weighted by ‖∇g‖: how much of the feature is looked at.
    evenness : Tensor
        N̄/N(0): the gradient's mean length on the path over its length at x1.
    boundary_place : Tensor
        2 g(x1)/(g(x1) − g(x2)): 1 where the gap changes sign at the middle of the path.
    curvature : Tensor
        ‖e‖ N(0)/g(x1): how much longer the perturbation is than the gap at x1 says to first order.
    ratio : Tensor
        ‖e‖/(‖v‖/2), the product of the four.
    """

    weighted_cosine: Tensor
    evenness: Tensor
    boundary_place: Tensor
    curvature: Tensor
    ratio: Tensor


def factors(path: PathCompression, x1: Tensor, x2: Tensor, length: Tensor) -> Factors:
    """Return the four factors of how short perturbations of x1 are over half the distance to x2.

    Parameters
    ----------
    path : PathCompression
        Of the paths from x1 to x2.
    x1, x2 : floating point [n, ...]
        Its ends.
    length : floating point [n]
        ‖e‖, such as the ``norm`` of ``minimal_perturbation``; infinite where none was found.

    Returns
    -------
    Factors
        Their product is the ratio up to rounding, whatever the grid of the path.

    Raises
    ------
    InputError
        If an argument has the wrong shape or type.

    Examples
    --------
    >>> from fcflow.compression.path import path_compression
    >>> model = torch.nn.Linear(1, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[1.0], [0.0]]))
    >>> x1, x2 = torch.tensor([[3.0]]), torch.tensor([[-1.0]])
    >>> why = factors(path_compression(model, x1, x2, 0, 1), x1, x2, torch.tensor([3.0]))
    >>> why.boundary_place.item(), why.curvature.item(), why.ratio.item()
    (1.5, 1.0, 1.5)
    """
    if not isinstance(path, PathCompression):
        raise InputError(f"path must be what path_compression returns, got {type(path).__name__}")
    _check_ends(path, x1, x2)
    n = len(path.gap)
    if not isinstance(length, Tensor) or not length.is_floating_point() or length.shape != (n,):
        got = list(length.shape) if isinstance(length, Tensor) else type(length).__name__
        raise InputError(f"length must be a floating-point tensor [{n}], got {got}")

    length = length.detach().to(x1.device, torch.float64)
    distance = norm(x1.detach().double() - x2.detach().double())
    last = {
        "curvature": length * path.grad_norm[:, 0].double() / path.gap[:, 0].double(),
        "ratio": length / (distance / 2).where(distance.isfinite(), torch.nan),
    }
    known = {name: value.where(value.isfinite(), torch.nan) for name, value in last.items()}
    return Factors(**path_factors(path, x1, x2), **known)


def _check_ends(path: PathCompression, x1: Tensor, x2: Tensor) -> None:
    n = len(path.gap)
    for name, x in (("x1", x1), ("x2", x2)):
        if not isinstance(x, Tensor) or not x.is_floating_point():
            kind = x.dtype if isinstance(x, Tensor) else type(x).__name__
            raise InputError(f"{name} must be a tensor of floating-point numbers, got {kind}")
    if x1.shape != x2.shape or len(x1) != n or x1.ndim < 2:
        raise InputError(
            f"x1 and x2 must be the ends of the {n} paths, got shapes {list(x1.shape)} and"
            f" {list(x2.shape)}"
        )


def path_factors(path: PathCompression, x1: Tensor, x2: Tensor) -> dict[str, Tensor]:
    """Return the path's own three: weighted cosine, evenness, place of the boundary; float64 [n].

    N̄ is the trapezoid rule over the grid of γ. The weighted cosine is taken from the change of the
    gap, so that the product of the three is exact whatever the grid. Where a gradient or the change
    of the gap is zero there are no such factors, and they are NaN.

    Parameters
    ----------
    path : PathCompression
        Of the paths from x1 to x2.
    x1, x2 : floating point [n, ...]

    Examples
    --------
    >>> from fcflow.compression.path import path_compression
    >>> model = torch.nn.Linear(1, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[1.0], [0.0]]))
    >>> x1, x2 = torch.tensor([[3.0]]), torch.tensor([[-1.0]])
    >>> factors = path_factors(path_compression(model, x1, x2, 0, 1), x1, x2)
    >>> {name: value.item() for name, value in factors.items()}
    {'weighted_cosine': 1.0, 'evenness': 1.0, 'boundary_place': 1.5}
    """
    length = path.grad_norm.double()
    mean_length = torch.trapezoid(length, path.gamma.double(), dim=1)
    start, end = path.gap[:, 0].double(), path.gap[:, -1].double()
    distance = norm(x1.double() - x2.double())
    columns = {
        "weighted_cosine": (start - end) / (distance * mean_length),
        "evenness": mean_length / length[:, 0],
        "boundary_place": 2 * start / (start - end),
    }
    return {name: value.where(value.isfinite(), torch.nan) for name, value in columns.items()}
