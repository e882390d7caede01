"""A network that computes in float32, whatever the dtype of its input."""

from typing import Self

from torch import Tensor, nn


class SinglePrecision(nn.Module):
    """A float32 network that is evaluated in float32 for inputs of any dtype.

    :func:`fcflow.minimal_perturbation` evaluates a float64 copy of a network towards the end of its
    search. For a network in this wrapper it stays with float32: on a CPU that is four times as
    fast, and the perturbations' lengths agree to about 1e-5.

    Parameters
    ----------
    model : torch module
        With float32 weights.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """Return the model's logits, float32.

        Examples
        --------
        >>> import torch
        >>> SinglePrecision(nn.Linear(2, 3))(torch.zeros(1, 2, dtype=torch.float64)).dtype
        torch.float32
        """
        logits: Tensor = self.model(x.float())
        return logits

    def double(self) -> Self:
        """Return this module unchanged, so that a copy made for float64 still computes in float32.

        The search for least perturbations makes ``copy.deepcopy(model).double()``, and uses it if
        its logits are float64. With ``nn.Module``'s method, the weights and constants inside the
        copy would become float64. A single such constant, for example the mean of a normalisation,
        turns the float32 input into float64, and all that follows would be computed in float64.
        """
        return self
