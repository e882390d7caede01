"""The smallest step along the gradient's sign that flips ([FC] §6, Table 5)."""

from torch import Tensor, nn

from fcflow.attacks.fast_gradient import fast_gradient
from fcflow.attacks.registry import attack
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion
from fcflow.perturbations import Perturbation


@attack("fast_sign", label="fast gradient sign")
def fast_sign(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    criterion: Criterion = "pair",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Return the smallest step along -sign ∇g, with the options and errors of ``fast_gradient``."""
    return fast_gradient(
        model, x, source, target, step="sign", criterion=criterion, bounds=bounds, batch=batch
    )
