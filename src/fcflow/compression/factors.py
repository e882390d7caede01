"""Three factors of how short a perturbation is over half the distance: those that the path has.

With N(γ) = ‖∇g(x_γ)‖, its mean N̄ over the path, and cos̄ = ∫ N cos θ dγ / ∫ N dγ,

    ‖e‖ / (‖v‖/2)  =  cos̄  ·  N̄/N(0)  ·  2 g(x1)/(g(x1) − g(x2))  ·  ‖e‖ N(0)/g(x1)

exactly, because g(x1) − g(x2) = ‖v‖ N̄ cos̄. The first three are the path's, and their product is
D̃_flip over half the distance; the last is the perturbation's, its curvature.
"""

import torch
from torch import Tensor

from fcflow.compression.path import PathCompression
from fcflow.gradients.vectors import norm


def path_factors(path: PathCompression, x1: Tensor, x2: Tensor) -> dict[str, Tensor]:
    """Return weighted cosine, evenness and place of the boundary, float64 [n] each.

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
    distance = norm((x1 - x2).double())
    columns = {
        "weighted_cosine": (start - end) / (distance * mean_length),
        "evenness": mean_length / length[:, 0],
        "boundary_place": 2 * start / (start - end),
    }
    return {name: value.where(value.isfinite(), torch.nan) for name, value in columns.items()}
