"""Compression beside that at x1 and along the path: at x2, and in the plane of both gradients."""

from torch import Tensor, nn

from fcflow.compression.feature import span_ratio
from fcflow.compression.path import PathCompression
from fcflow.experiments.images.entries import measure


@measure("compression", labels={"abs_cos_x2": "|cos θ| at x2", "rho2": "ρ₂ at x1"})
def compression(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: Tensor,
    target: Tensor,
    path: PathCompression,
    *,
    batch: int,
) -> dict[str, Tensor]:
    """Return |cos θ| at x2, and ρ₂ at x1: the share of x1 − x2 that any of both logits looks along.

    ρ₂ is of the span of both logits' gradients ([FC] Theorem 7), |cos θ| of their difference.
    """
    ratio = span_ratio(model, x1, x1 - x2, source, target, batch=batch, check_rows=False)
    return {"abs_cos_x2": path.cos[:, -1].abs(), "rho2": ratio}
