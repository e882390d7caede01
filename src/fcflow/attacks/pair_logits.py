"""A model that has two classes alone, for attacks that know of no pair of classes."""

from torch import Tensor, nn


class PairLogits(nn.Module):
    """The logits of each input's source and target alone: the second is larger where it flipped.

    Parameters
    ----------
    model : torch module
        From a batch [n, ...] to logits [n, k].
    pair : int64 [n, 2]
        Source and target of each input.
    """

    def __init__(self, model: nn.Module, pair: Tensor) -> None:
        super().__init__()
        self.model, self.pair, self.training = model, pair, False

    def forward(self, x: Tensor) -> Tensor:
        """Return the two logits, [n, 2]; of one pair for as many inputs as there are.

        Examples
        --------
        >>> import torch
        >>> PairLogits(nn.Identity(), torch.tensor([[2, 0]]))(torch.tensor([[5.0, 6.0, 7.0]]))
        tensor([[7., 5.]])
        """
        logits: Tensor = self.model(x.clone())  # its first layer may work in place
        return logits.gather(1, self.pair.expand(len(x), 2))
