"""The smallest step along the gradient that flips ([FC] §6, Table 5)."""

from torch import Tensor, nn

from fcflow.attacks.fast_gradient import fast_gradient
from fcflow.attacks.registry import attack
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion
from fcflow.perturbations import Perturbation


@attack("fast_l2", label="fast gradient")
def fast_l2(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    criterion: Criterion = "pair",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Return the smallest step along -∇g, with the options and errors of ``fast_gradient``."""
    return fast_gradient(
        model, x, source, target, step="l2", criterion=criterion, bounds=bounds, batch=batch
    )
