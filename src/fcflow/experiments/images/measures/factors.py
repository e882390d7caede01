"""The factors of how short a perturbation is that the path from x1 to x2 has."""

from torch import Tensor, nn

from fcflow.compression.factors import path_factors
from fcflow.compression.path import PathCompression
from fcflow.experiments.images.entries import measure


@measure(
    "factors",
    labels={
        "weighted_cosine": "cos θ over the path, weighted by ‖∇g‖",
        "evenness": "evenness: mean gradient length over that at x1",
        "boundary_place": "place of the boundary 2 g(x1)/(g(x1) − g(x2))",
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
    """Return the columns of :func:`~fcflow.compression.factors.path_factors`."""
    return path_factors(path, x1, x2)
