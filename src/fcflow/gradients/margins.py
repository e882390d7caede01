"""By how much logits are short of what is asked of them."""

from typing import Literal

import torch
from torch import Tensor

Criterion = Literal["pair", "argmax", "target"]


def margins(logits: Tensor, pair: Tensor, criterion: Criterion) -> Tensor:
    """Return by how much each input is short of the criterion, [n]: below zero where it is met.

    Examples
    --------
    >>> logits, pair = torch.tensor([[2.0, 1.0, 5.0]]), torch.tensor([[0, 1]])
    >>> [float(margins(logits, pair, criterion)) for criterion in ("pair", "argmax", "target")]
    [1.0, -3.0, 4.0]
    """
    source, target = logits.gather(1, pair).unbind(dim=1)
    if criterion == "pair":
        return source - target
    kept = 0 if criterion == "argmax" else 1
    others = logits.scatter(1, pair[:, kept : kept + 1], -torch.inf).amax(dim=1)
    return source - others if criterion == "argmax" else others - target
