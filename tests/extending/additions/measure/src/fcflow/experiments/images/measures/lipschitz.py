"""How steep the path is where it is steepest, over how steep it is at x1."""

from torch import Tensor, nn

from fcflow.compression.path import PathCompression
from fcflow.experiments.images.entries import measure


@measure("lipschitz", labels={"steepest": "largest ‖∇g‖ of the path over that at x1"})
def lipschitz(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: Tensor,
    target: Tensor,
    path: PathCompression,
    *,
    batch: int,
) -> dict[str, Tensor]:
    """Return the ratio for each pair."""
    return {"steepest": path.grad_norm.amax(dim=1) / path.grad_norm[:, 0]}
