"""The paper's convolutional network for MNIST, from PyTorch's MNIST example ([FC] §6)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.networks.arithmetic import fix_arithmetic
from fcflow.networks.pooled_convolution import pooled_convolution
from fcflow.seeds import Stream, generator

NAMES = tuple(
    f"{layer}.{kind}" for layer in ("conv1", "conv2", "fc1", "fc2") for kind in ("weight", "bias")
)


class MnistCnn(nn.Module):
    """Two 3×3 convolutions, max-pooling and two linear layers, from pixels in [0, 1] to logits.

    Pooling comes before the second ReLU. This is the same function, and the ReLU costs a quarter.
    Pixels are normalised inside the network, so gradients by its input are gradients by pixels.

    Parameters
    ----------
    channels : (int, int)
        Of the two convolutions.
    hidden : int
        Units of the first linear layer.
    mean, std : float
        What pixels are normalised with: (x - mean) / std.
    """

    def __init__(self, channels: tuple[int, int], hidden: int, *, mean: float, std: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels[0], 3)
        self.conv2 = nn.Conv2d(channels[0], channels[1], 3)
        # The convolutions make 26 × 26 and 24 × 24 pixels of 28 × 28, pooling makes 12 × 12.
        self.fc1 = nn.Linear(channels[1] * 144, hidden)
        self.fc2 = nn.Linear(hidden, 10)
        self.mean, self.std = mean, std

    def forward(self, x: Tensor, dropout: tuple[Tensor, Tensor] | None = None) -> Tensor:
        """Return the logits [n, 10] of images [n, 1, 28, 28].

        ``dropout`` holds the factors, in training, of the activations after pooling,
        [n, c, 12, 12], and of the hidden layer's activations, [n, hidden].
        """
        x = torch.relu(self.conv1((x - self.mean) / self.std))
        x = pooled_convolution(x, self.conv2.weight, self.conv2.bias)
        x = x if dropout is None else x * dropout[0]
        x = torch.relu(self.fc1(x.flatten(1)))
        x = x if dropout is None else x * dropout[1]
        logits: Tensor = self.fc2(x)
        return logits


def initial_mnist_cnn(
    channels: tuple[int, int],
    hidden: int,
    *,
    mean: float,
    std: float,
    seed: int,
    device: str = "cpu",
) -> MnistCnn:
    """Draw a network from the distribution that PyTorch's layers start from.

    It is uniform within ±1/√n for units of n inputs.

    Examples
    --------
    >>> initial_mnist_cnn((2, 3), 4, mean=0.5, std=0.5, seed=0)(torch.zeros(5, 1, 28, 28)).shape
    torch.Size([5, 10])
    """
    network = MnistCnn(channels, hidden, mean=mean, std=std)
    draw = generator(seed, Stream.WEIGHTS)
    with torch.no_grad():
        for layer in (network.conv1, network.conv2, network.fc1, network.fc2):
            bound = layer.weight[0].numel() ** -0.5
            for parameter in layer.parameters():
                values = draw.uniform(-bound, bound, tuple(parameter.shape)).astype(np.float32)
                parameter.copy_(torch.from_numpy(values))
    return _placed(network, device)


def network_arrays(network: MnistCnn) -> dict[str, NDArray[Any]]:
    """Return the weights by their ``state_dict`` names."""
    return {
        name: tensor.detach().cpu().contiguous().numpy()
        for name, tensor in network.state_dict().items()
    }


def network_from_arrays(
    arrays: Mapping[str, NDArray[Any]], *, mean: float, std: float, device: str = "cpu"
) -> MnistCnn:
    """Return the network with these arrays, in evaluation mode and with frozen weights.

    Raises
    ------
    InputError
        If the arrays are not those of such a network.

    Examples
    --------
    >>> network = initial_mnist_cnn((2, 3), 4, mean=0.5, std=0.5, seed=0)
    >>> x = torch.rand(1, 1, 28, 28)
    >>> again = network_from_arrays(network_arrays(network), mean=0.5, std=0.5)
    >>> bool((again(x) == network(x)).all())
    True
    """
    if set(arrays) != set(NAMES):
        raise InputError(
            f"the network's arrays must be {', '.join(NAMES)}, got {', '.join(sorted(arrays))}"
        )
    channels = (arrays["conv1.weight"].shape[0], arrays["conv2.weight"].shape[0])
    network = MnistCnn(channels, arrays["fc1.weight"].shape[0], mean=mean, std=std)
    try:
        network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    except RuntimeError as error:
        raise InputError(
            f"the network's arrays do not fit together: {' '.join(str(error).split())}"
        ) from None
    return _placed(network, device).requires_grad_(False).eval()


def _placed(network: MnistCnn, device: str) -> MnistCnn:
    """Return the network on a device, with reproducible arithmetic and the faster layout."""
    fix_arithmetic()
    # Convolutions on the CPU are faster with the channels last in memory; shapes stay as they are.
    layout = torch.channels_last
    return network.to(device=device, memory_format=layout)  # type: ignore[call-overload,no-any-return]
