"""The papers' ReLU network as a PyTorch module, for functions that take any model."""

import torch

from fcflow.networks.relu import ReluNetwork


def relu_module(network: ReluNetwork, dtype: torch.dtype | None = None) -> torch.nn.Sequential:
    """Return the network as ``nn.Linear`` and ``nn.ReLU`` layers, in evaluation mode.

    The layers hold copies of the network's weights.

    Parameters
    ----------
    network : ReluNetwork
    dtype : torch.dtype, optional
        The module's dtype, by default the network's own.

    Examples
    --------
    >>> from fcflow.networks.relu import initial_relu_network
    >>> relu_module(initial_relu_network(2, 3, 2, seed=0))(torch.zeros(5, 2)).shape
    torch.Size([5, 2])
    """
    layers: list[torch.nn.Module] = []
    for weight, bias in zip(network.weights, network.biases, strict=True):
        linear = torch.nn.Linear(
            weight.shape[1], weight.shape[0], dtype=dtype or torch.from_numpy(weight).dtype
        )
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1]).eval()
