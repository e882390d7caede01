"""Models that take batches of one size alone, as exported and traced ones may."""

import torch
from torch import Tensor, fx, nn


class FixedBatch(nn.Module):
    """A model that is always given as many rows as it insists on.

    Parameters
    ----------
    model : torch module
    size : int
        Rows of a batch; missing ones are copies of the last row, whose answers are dropped.
    """

    def __init__(self, model: nn.Module, size: int) -> None:
        super().__init__()
        self.model, self.size, self.training = model, size, False

    def forward(self, x: Tensor) -> Tensor:
        """Return the model's logits of any number of inputs.

        Examples
        --------
        >>> FixedBatch(nn.Unflatten(0, (2, 1)), 2)(torch.zeros(3, 1)).shape
        torch.Size([3, 1, 1])
        """
        logits = []
        for part in x.split(self.size):
            missing = self.size - len(part)
            filled = torch.cat([part, part[-1:].expand(missing, *part.shape[1:])])
            logits.append(self.model(filled)[: len(part)])
        return torch.cat(logits)


def declared_batch(model: nn.Module) -> int | None:
    """Return the batch size that an exported model was exported for; None where it takes any."""
    if not isinstance(model, fx.GraphModule):
        return None
    for node in model.graph.nodes:
        value = node.meta.get("val") if node.op == "placeholder" else None
        if isinstance(value, Tensor) and value.ndim:
            size = value.shape[0]
            return size if isinstance(size, int) else None
    return None
