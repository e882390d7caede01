"""The network for MNIST, as the workflow trained it."""

from fcflow.config.fields import Positive, Share
from fcflow.experiments.images.entries import classifier
from fcflow.experiments.images.network import Arrays, Loaded
from fcflow.networks.mnist_cnn import network_from_arrays


@classifier("mnist_cnn")
def mnist_cnn(weights: Arrays, *, mean: Share, std: Positive, device: str) -> Loaded:
    """Return the convolutional network whose weights these are.

    Parameters
    ----------
    weights : dict of arrays
        By their ``state_dict`` names.
    mean, std : float
        What pixels in [0, 1] are normalised with, inside the network. Source: PyTorch's MNIST
        example.
    device : str
    """
    return Loaded(network_from_arrays(weights, mean=mean, std=std, device=device))
