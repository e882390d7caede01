"""Dense networks of one shape side by side: one matrix product computes a layer of all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from fcflow.errors import InputError
from fcflow.networks.dense_shape import DenseShape
from fcflow.networks.relu import initial_relu_network

_LAYERS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
}
_FUNCTIONS: dict[str, Any] = {
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "tanh": torch.tanh,
    "linear": lambda z: z,
}


class DenseGroup:
    """Networks f(x) = W[L] σ(… σ(W[0] x + b[0]) …) + b[L] of one shape.

    Parameters
    ----------
    shape : DenseShape
    weights : sequence of floating point [networks, m_l, m_(l-1)]
        From the input to the output.
    biases : sequence of floating point [networks, 1, m_l]
    """

    def __init__(
        self, shape: DenseShape, weights: Sequence[Tensor], biases: Sequence[Tensor]
    ) -> None:
        if not len(weights) == len(biases) == shape.depth + 1:
            raise InputError(f"{shape.depth} hidden layers need {shape.depth + 1} of weights")
        self.shape, self.weights, self.biases = shape, list(weights), list(biases)

    def __len__(self) -> int:
        """Return the number of networks."""
        return len(self.weights[0])

    def __call__(self, x: Tensor) -> Tensor:
        """Return logits [networks, n, 2] at points x [networks, n, d], each network's own."""
        active = _FUNCTIONS[self.shape.activation]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = active(torch.baddbmm(bias, x, weight.mT))
        return torch.baddbmm(self.biases[-1], x, self.weights[-1].mT)

    def gap(self, x: Tensor) -> Tensor:
        """Return logit 0 minus logit 1 at points x [networks, n, d], as [networks, n]."""
        logits = self(x)
        return logits[..., 0] - logits[..., 1]

    def parameters(self) -> list[Tensor]:
        """Return all weights and biases."""
        return [*self.weights, *self.biases]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return copies by their names on disk, ``W0, b0, W1, …``, [networks, …]."""
        layers = enumerate(zip(self.weights, self.biases, strict=True))
        return {
            name: array.detach().cpu().numpy().copy()
            for i, (weight, bias) in layers
            for name, array in ((f"W{i}", weight), (f"b{i}", bias.squeeze(1)))
        }

    def module(self, i: int) -> nn.Sequential:
        """Return one network as ``nn.Linear`` and activation layers, in evaluation mode.

        Its layers share the group's memory.
        """
        layers: list[nn.Module] = []
        for weight, bias in zip(self.weights, self.biases, strict=True):
            linear = nn.Linear(weight.shape[2], weight.shape[1], device="meta")
            linear.weight = nn.Parameter(weight[i].detach(), requires_grad=False)
            linear.bias = nn.Parameter(bias[i, 0].detach(), requires_grad=False)
            layers.append(linear)
            if self.shape.activation != "linear":
                layers.append(_LAYERS[self.shape.activation]())
        hidden = layers if self.shape.activation == "linear" else layers[:-1]
        return nn.Sequential(*hidden).eval()


def initial_dense_group(
    shape: DenseShape, seeds: Sequence[int], device: str = "cpu", dtype: torch.dtype = torch.float32
) -> DenseGroup:
    """Draw networks as PyTorch's ``nn.Linear`` layers start, each from its own seed.

    Whatever the activation, networks of one seed, depth and width start from the same weights.

    Examples
    --------
    >>> group = initial_dense_group(DenseShape(4, 1, 8, "tanh"), [0, 1])
    >>> group(torch.zeros(2, 5, 4)).shape
    torch.Size([2, 5, 2])
    """
    drawn = [
        initial_relu_network(shape.d, shape.hidden, shape.depth, seed, np.float64) for seed in seeds
    ]
    arrays = {name: np.stack([one.arrays()[name] for one in drawn]) for name in drawn[0].arrays()}
    return dense_group(shape, arrays, device, dtype)


def dense_group(
    shape: DenseShape,
    arrays: Mapping[str, NDArray[Any]],
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> DenseGroup:
    """Return the group whose ``arrays()`` these are.

    Examples
    --------
    >>> group = initial_dense_group(DenseShape(4, 1, 8, "tanh"), [0, 1])
    >>> len(dense_group(group.shape, group.arrays()))
    2
    """
    layers = range(shape.depth + 1)
    weights = [torch.tensor(arrays[f"W{i}"], dtype=dtype, device=device) for i in layers]
    biases = [torch.tensor(arrays[f"b{i}"], dtype=dtype, device=device)[:, None] for i in layers]
    return DenseGroup(shape, weights, biases)


class TaggedRows(nn.Module):
    """The networks of a group as one model of points that name their network.

    It lets functions that take one model measure all networks by the same calls, which cost more
    than their arithmetic where networks are small. A point [d + 1] ends in its network's number,
    along which nothing changes: gradients there are zero, and so are perturbations that follow
    gradients.

    Parameters
    ----------
    group : DenseGroup

    Examples
    --------
    >>> group = initial_dense_group(DenseShape(2, 1, 4, "relu"), [0, 1])
    >>> tagged, x = TaggedRows(group), torch.ones(2, 1, 2)
    >>> bool((tagged(tag_rows(x)) == group(x)[:, 0]).all())
    True
    """

    def __init__(self, group: DenseGroup) -> None:
        super().__init__()
        self.activation = group.shape.activation
        self.depth = group.shape.depth
        for i, (weight, bias) in enumerate(zip(group.weights, group.biases, strict=True)):
            self.register_buffer(f"W{i}", weight.detach())
            self.register_buffer(f"b{i}", bias.detach())
        self.eval()

    def forward(self, x: Tensor) -> Tensor:
        """Return logits [n, 2] of points [n, d + 1]."""
        network = x[:, -1].detach().round().long()
        active, x = _FUNCTIONS[self.activation], x[:, None, :-1]
        for i in range(self.depth + 1):
            weight, bias = getattr(self, f"W{i}")[network], getattr(self, f"b{i}")[network]
            x = torch.baddbmm(bias, x, weight.mT)
            x = x if i == self.depth else active(x)
        return x[:, 0]


def tag_rows(x: Tensor) -> Tensor:
    """Return points [networks, n, d] one after another, each with its network's number at its end.

    Examples
    --------
    >>> tag_rows(torch.zeros(2, 1, 1)).tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    number = torch.arange(len(x), dtype=x.dtype, device=x.device)
    return torch.cat([x, number[:, None, None].expand(*x.shape[:2], 1)], dim=-1).flatten(0, 1)
