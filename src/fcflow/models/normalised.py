"""A model that expects normalised inputs, as a function of inputs as they are."""

from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.coordinates import Numbers, fitting


class Normalised(nn.Module):
    """A model behind (x - mean) / std.

    Perturbations, bounds and lengths are then in the units of x, which people can look at and
    compare; those of a normalised input depend on the statistics of a data set.

    Parameters
    ----------
    model : torch module
    mean, std : tensor
        They broadcast to an input.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, model: nn.Module, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.model, self.training = model, False
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x: Tensor) -> Tensor:
        """Return the model's logits of the normalised inputs.

        Examples
        --------
        >>> import torch
        >>> Normalised(nn.Identity(), torch.tensor(1.0), torch.tensor(2.0))(torch.tensor([[5.0]]))
        tensor([[2.]])
        """
        logits: Tensor = self.model((x - self.mean) / self.std)
        return logits


def normalised(model: nn.Module, x: Tensor, mean: Numbers | None, std: Numbers | None) -> nn.Module:
    """Return the model behind (x - mean) / std, or the model itself where neither is given.

    Parameters
    ----------
    model : torch module
    x : floating point [n, ...]
    mean, std : float, sequence or tensor, optional
        A number; one for each channel, the first axis of an input; or a tensor that broadcasts to
        an input. Zero and one if the other is given alone.

    Raises
    ------
    InputError
        If one does not fit an input, is not finite, or ``std`` is not positive.

    Examples
    --------
    >>> import torch
    >>> x = torch.full((1, 3, 2, 2), 0.5)
    >>> normalised(nn.Identity(), x, (0.5, 0.4, 0.3), 0.1)(x)[0, :, 0, 0]
    tensor([0.0000, 1.0000, 2.0000])
    """
    if mean is None and std is None:
        return model
    centre = fitting("mean", 0.0 if mean is None else mean, x)
    spread = fitting("std", 1.0 if std is None else std, x)
    if not bool((spread > 0).all()):
        raise InputError("std must be positive")
    return Normalised(model, centre.to(x.dtype), spread.to(x.dtype))
