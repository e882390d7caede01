"""Networks of one design that are evaluated and trained together.

Networks of a few channels are so small that a core spends more time on starting an operation than
on its arithmetic. A group puts the channels of its networks side by side: one grouped convolution,
batch norm or batched product then serves them all. No network sees another's numbers.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from fcflow.errors import InputError
from fcflow.networks.arithmetic import fix_arithmetic
from fcflow.networks.design import Block, Design
from fcflow.networks.plain import plain_network
from fcflow.seeds import Stream, generator


class _Convolutions(nn.Module):
    """One 3 × 3 convolution of every network."""

    def __init__(self, networks: int, inputs: int, block: Block, design: Design) -> None:
        super().__init__()
        self.block, self.padding = block, design.padding
        self.weight = nn.Parameter(torch.zeros(networks, block.channels, inputs, 3, 3))
        shape = (networks, block.channels)
        self.bias = None if design.batch_norm else nn.Parameter(torch.zeros(shape))

    def forward(self, x: Tensor) -> Tensor:
        """Return [n, networks * channels, …] of as much, or of images that all networks share."""
        networks, _, inputs = self.weight.shape[:3]
        dilation = self.block.dilation
        x = functional.pad(x, (dilation,) * 4, mode=self.padding)
        return functional.conv2d(
            x,
            self.weight.flatten(0, 1),
            None if self.bias is None else self.bias.flatten(),
            stride=self.block.stride,
            dilation=dilation,
            groups=1 if x.shape[1] == inputs else networks,
        )


class _Linears(nn.Module):
    """One linear layer of every network."""

    def __init__(self, networks: int, inputs: int, outputs: int, *, bias: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(networks, outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(networks, outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Return [n, networks, outputs] of [n, networks, inputs], or of [n, inputs] for all."""
        if x.ndim == 2:
            y = functional.linear(x, self.weight.flatten(0, 1))
            y = y.unflatten(1, self.weight.shape[:2])
        else:
            y = torch.bmm(x.transpose(0, 1), self.weight.transpose(1, 2)).transpose(0, 1)
        return y if self.bias is None else y + self.bias


class _Norms(nn.Module):
    """Batch norm of every network's channels; PyTorch's settings."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, networks: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(networks, channels))
        self.bias = nn.Parameter(torch.zeros(networks, channels))
        self.register_buffer("running_mean", torch.zeros(networks, channels))
        self.register_buffer("running_var", torch.ones(networks, channels))
        self.momentum = 0.1  # the share of the newest batch in the running statistics

    def forward(self, x: Tensor) -> Tensor:
        """Return normalised [n, networks * channels, …]."""
        return functional.batch_norm(
            x,
            self.running_mean.view(-1),
            self.running_var.view(-1),
            self.weight.flatten(),
            self.bias.flatten(),
            training=self.training,
            momentum=self.momentum,
        )


class NetworkGroup(nn.Module):
    """Networks of one design, all weights zero until they are loaded or drawn.

    Parameters
    ----------
    design : Design
    networks : int
        How many.
    """

    def __init__(self, design: Design, networks: int) -> None:
        if networks < 1:
            raise InputError(f"a group needs at least one network, got {networks}")
        super().__init__()
        self.design, self.networks = design, networks
        self.convolutions = nn.ModuleList(
            _Convolutions(networks, inputs, block, design)
            for inputs, block in zip(design.channels, design.blocks, strict=False)
        )
        last = len(design.hidden)
        self.linears = nn.ModuleList(
            _Linears(networks, a, b, bias=layer == last or not design.batch_norm)
            for layer, (a, b) in enumerate(pairwise(design.widths))
        )
        normed = (*design.channels[1:], *design.hidden) if design.batch_norm else ()
        self.norms = nn.ModuleList(_Norms(networks, channels) for channels in normed)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [n, networks, classes].

        Parameters
        ----------
        x : floating point [n, channels, size, size] or [n, networks, channels, size, size]
            Images that all networks see, or the images of each network.
        """
        shape = (self.design.channels_in, self.design.size, self.design.size)
        if x.shape[1:] not in (shape, (self.networks, *shape)):
            raise InputError(
                f"images must be {list(shape)}, or {[self.networks, *shape]} for the networks of "
                f"a group, got {list(x.shape[1:])}"
            )
        x = self._blocks(x)
        for layer, linear in enumerate(self.linears):
            x = linear(x)
            if layer < len(self.design.hidden):
                x = self._activated(x, len(self.design.blocks) + layer)
        return x

    def _blocks(self, x: Tensor) -> Tensor:
        """Return what the linear layers read, [n, networks, features]; without blocks, x itself."""
        if not self.design.blocks:
            return x.flatten(-3)
        x = x.flatten(1, -3)
        for layer, (block, convolution) in enumerate(
            zip(self.design.blocks, self.convolutions, strict=True)
        ):
            x = convolution(x)
            if block.pool == "max":
                x = functional.max_pool2d(x, block.window, ceil_mode=True)
            elif block.pool == "average":
                x = functional.avg_pool2d(x, block.window, ceil_mode=True)
            x = self._activated(x, layer)
        x = x.unflatten(1, (self.networks, -1))
        if self.design.head == "max":
            return x.flatten(3).amax(3)
        return x.mean((3, 4)) if self.design.head == "average" else x.flatten(2)

    def _activated(self, x: Tensor, layer: int) -> Tensor:
        if self.design.batch_norm:
            shape = x.shape
            x = self.norms[layer](x.flatten(1) if x.ndim == 3 else x).view(shape)
        return functional.relu(x) if self.design.activation == "relu" else functional.gelu(x)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return weights and batch norm's statistics by name, the networks along the first axis."""
        return {
            name: tensor.detach().cpu().contiguous().numpy()
            for name, tensor in self.state_dict().items()
        }

    def network(self, number: int) -> nn.Module:
        """Return one network as PyTorch's own layers, in evaluation mode and with frozen weights.

        It takes images [n, channels, size, size] to logits [n, classes].
        """
        state = {name: tensor[number] for name, tensor in self.state_dict().items()}
        return plain_network(self.design, state)

    def copy_statistics(self, x: Tensor) -> None:
        """Set batch norm's statistics to those of images [n, …], as the group would train on them.

        Untrained networks have no statistics of their own to be evaluated with.
        """
        training = self.training
        norms = [norm for norm in self.norms if isinstance(norm, _Norms)]
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.momentum = 1.0
        with torch.no_grad():
            self.train()(x)
        self.train(training)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum


def initialise_group(design: Design, seeds: Sequence[int], device: str = "cpu") -> NetworkGroup:
    """Draw networks at He initialisation ([FO] §3).

    Weights are normal with variance 2 / inputs of a neuron, those of the last layer 1 / inputs;
    biases are 0.

    Parameters
    ----------
    design : Design
    seeds : sequence of int
        One for every network, which depends on its own seed alone.
    device : str

    Returns
    -------
    NetworkGroup
        In training mode.

    Examples
    --------
    >>> from fcflow.networks.design import design_named
    >>> design = design_named("strided", size=14, channels_in=1, classes=10)
    >>> initialise_group(design, [0, 1, 2])(torch.zeros(5, 1, 14, 14)).shape
    torch.Size([5, 3, 10])
    """
    fix_arithmetic()
    group = NetworkGroup(design, len(seeds))
    layers = [*group.convolutions, *group.linears]
    with torch.no_grad():
        for network, seed in enumerate(seeds):
            draw = generator(seed, Stream.WEIGHTS)
            for layer in layers:
                weight = layer.weight[network]
                gain = 1.0 if layer is layers[-1] else 2.0
                scale = (gain / weight[0].numel()) ** 0.5
                values = draw.standard_normal(tuple(weight.shape)) * scale
                weight.copy_(torch.from_numpy(values.astype(np.float32)))
    return group.to(device)


def group_from_arrays(
    design: Design, arrays: Mapping[str, NDArray[Any]], device: str = "cpu"
) -> NetworkGroup:
    """Return the group whose ``arrays()`` these are, in evaluation mode.

    Arrays that are cut or joined along their first axis are those of fewer or more networks.

    Raises
    ------
    InputError
        If the arrays are not those of networks of this design.

    Examples
    --------
    >>> design = Design((), "flat", (4,), size=2)
    >>> arrays = initialise_group(design, [0, 1, 2]).arrays()
    >>> group_from_arrays(design, {name: array[1:] for name, array in arrays.items()}).networks
    2
    """
    fix_arithmetic()
    networks = {len(array) for array in arrays.values()}
    if len(networks) != 1:
        raise InputError(f"arrays of a group must be equally many networks, got {sorted(networks)}")
    group = NetworkGroup(design, networks.pop())
    try:
        group.load_state_dict(
            {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
        )
    except RuntimeError as error:
        raise InputError(
            f"the arrays are not those of the design: {' '.join(str(error).split())}"
        ) from None
    return group.to(device).eval()
