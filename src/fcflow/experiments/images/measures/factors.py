"""Three factors of how short a perturbation is over half the distance: those that the path has.

With N(γ) = ‖∇g(x_γ)‖, its mean N̄ over the path, and cos̄ = ∫ N cos θ dγ / ∫ N dγ,

    ‖e‖ / (‖v‖/2)  =  cos̄  ·  N̄/N(0)  ·  2 g(x1)/(g(x1) − g(x2))  ·  ‖e‖ N(0)/g(x1)

exactly, because g(x1) − g(x2) = ‖v‖ N̄ cos̄. The first three are the path's, and their product is
D̃_flip over half the distance; the last is the perturbation's, its curvature.
"""

import torch
from torch import Tensor, nn

from fcflow.compression.path import PathCompression
from fcflow.experiments.images.entries import measure
from fcflow.gradients.vectors import norm


@measure(
    "factors",
    labels={
        "weighted_cosine": "cos θ over the path, weighted by ‖∇g‖",
        "evenness": "evenness N̄/N(0)",
        "boundary_place": "place of the boundary 2 g(X1)/(g(X1) − g(X2))",
    },
)
def factors(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: Tensor,
    target: Tensor,
    path: PathCompression,
    *,
    batch: int,
) -> dict[str, Tensor]:
    """Return weighted cosine, evenness and place of the boundary, float64 [n] each.

    N̄ is the trapezoid rule over the grid of γ. The weighted cosine is taken from the change of the
    gap, so that the product of the three is exact whatever the grid.
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
    # Where a gradient or the change of the gap is zero there are no such factors.
    return {name: value.where(value.isfinite(), torch.nan) for name, value in columns.items()}
