"""What is proved of a pair: no shorter perturbation puts x2's class over x1's."""

import torch
from torch import Tensor, nn

from fcflow.certified.perturbation import certified_perturbation
from fcflow.certified.reading import read_graph
from fcflow.compression.path import PathCompression
from fcflow.errors import InputError
from fcflow.experiments.images.entries import measure

# Rectified units, those that max pooling is rewritten with included: the bounds of 60,000 of them
# take half a minute a pair, and say next to nothing.
_MOST = 8192


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

    NaN where none can be had, such as for models with layers that are not supported or with too
    many units; why is text in the column ``certified_reason``.
    """
    radius = torch.full((len(x1),), torch.nan, dtype=torch.float64)
    reason = ""
    try:
        graph = read_graph(model, x1)
        units = sum(graph.nodes[node].size for node in graph.rectified)
        if units > _MOST:
            raise InputError(f"the model has {units} rectified units, more than {_MOST}")
        radius = certified_perturbation(model, x1, source, target, effort="quick").radius
    except InputError as error:
        reason = str(error)
    return {"certified": radius, "certified_reason": [reason] * len(x1)}
