"""What is proved of a pair: no shorter perturbation puts x2's class over x1's."""

import torch
from torch import Tensor, nn

from fcflow.certified.perturbation import certified_perturbation
from fcflow.compression.path import PathCompression
from fcflow.errors import InputError
from fcflow.experiments.images.entries import measure

# Of a layer's neurons so many are bounded by functions of the input, the others by intervals: a
# bound that holds, in seconds a pair, however wide the layer.
_LIMIT = 1024


@measure("certified", labels={"certified": "certified lower bound on ‖e‖"})
def certified(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: Tensor,
    target: Tensor,
    path: PathCompression,
    *,
    batch: int,
) -> dict[str, Tensor | list[str]]:
    """Return lower bounds on ‖e‖ by :func:`~fcflow.certified.perturbation.certified_perturbation`.

    NaN where none can be had, such as for models with layers that are not supported; why is text in
    the column ``certified_reason``.
    """
    radius = torch.full((len(x1),), torch.nan, dtype=torch.float64)
    reason = ""
    try:
        proved = certified_perturbation(model, x1, source, target, effort="quick", limit=_LIMIT)
        radius = proved.radius
    except InputError as error:
        reason = str(error)
    return {"certified": radius, "certified_reason": [reason] * len(x1)}
