"""Networks of one design that are evaluated and trained together.

Networks of a few channels are so small that a core spends more time on starting an operation than
on its arithmetic. A group puts the channels of its networks side by side: one operation then serves
them all. No network sees another's numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from fcflow.errors import InputError
from fcflow.networks.arithmetic import fix_arithmetic
from fcflow.networks.batch_norm import batch_norm
from fcflow.networks.design import Block, Design
from fcflow.networks.grouped_convolution import grouped_convolution, pooled
from fcflow.networks.plain import plain_network
from fcflow.seeds import Stream, generator

_EPSILON = 1e-5  # what batch norm adds to variances: PyTorch's


class _Convolutions(nn.Module):
    """One 3 × 3 convolution of every network."""

    def __init__(self, networks: int, inputs: int, block: Block, design: Design) -> None:
        super().__init__()
        self.block, self.padding = block, design.padding
        self.weight = nn.Parameter(torch.zeros(networks, block.channels, inputs, 3, 3))
        shape = (networks, block.channels)
        self.bias = None if design.batch_norm else nn.Parameter(torch.zeros(shape))

    def forward(self, x: Tensor) -> Tensor:
        """Return [pixels, networks, channels, n]; x is as much, or one that all networks share."""
        y = grouped_convolution(x, self.weight, self.block, self.padding)
        return y if self.bias is None else y + self.bias[:, :, None]


class _Linears(nn.Module):
    """One linear layer of every network."""

    def __init__(self, networks: int, inputs: int, outputs: int, *, bias: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(networks, outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(networks, outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Return [networks, outputs, n] of [networks, inputs, n], or of [1, inputs, n] for all."""
        if len(x) == 1:
            y = torch.mm(self.weight.flatten(0, 1), x[0]).view(*self.weight.shape[:2], -1)
        else:
            y = torch.bmm(self.weight, x)
        return y if self.bias is None else y + self.bias[:, :, None]


class _Norms(nn.Module):
    """Batch norm of every network's channels, with PyTorch's settings."""

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
        """Return [pixels, networks, channels, n] normalised."""
        if not self.training:
            scale = self.weight * (self.running_var + _EPSILON).rsqrt()
            shift = self.bias - scale * self.running_mean
            return torch.addcmul(shift[:, :, None], x, scale[:, :, None])
        parameters = self.weight.flatten(), self.bias.flatten()
        y, mean, variance = batch_norm(x.flatten(1, 2), *parameters, _EPSILON)
        values = x.shape[0] * x.shape[3]
        with torch.no_grad():
            # The running variance is the unbiased estimate.
            unbiased = variance * (values / max(values - 1, 1))
            self.running_mean.lerp_(mean.view_as(self.running_mean), self.momentum)
            self.running_var.lerp_(unbiased.view_as(self.running_var), self.momentum)
        return y.view_as(x)


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
        x = self._features(x)
        for layer, linear in enumerate(self.linears):
            x = linear(x)
            if layer < len(self.design.hidden):
                x = self._activated(x[None], len(self.design.blocks) + layer)[0]
        return x.permute(2, 0, 1)

    def own_images(self, x: Tensor) -> Tensor:
        """Return images [n, …] once for every network, [n, networks, …].

        Their memory is laid out as the group computes, so that nothing is copied again.
        """
        if x.ndim == 5:
            return x
        own = x.permute(2, 3, 1, 0)[:, :, None].expand(-1, -1, self.networks, -1, -1)
        return own.contiguous().permute(4, 2, 3, 0, 1)

    def _features(self, x: Tensor) -> Tensor:
        """Return what the linear layers read, [networks, features, n]; one for all if shared."""
        x = x[:, None] if x.ndim == 4 else x
        x = x.permute(3, 4, 1, 2, 0).flatten(0, 1)
        for layer, (block, convolution) in enumerate(
            zip(self.design.blocks, self.convolutions, strict=True)
        ):
            x = self._activated(pooled(convolution(x), block), layer)
        if self.design.head == "max":
            return x.max(0).values
        return x.mean(0) if self.design.head == "average" else x.permute(1, 2, 0, 3).flatten(1, 2)

    def _activated(self, x: Tensor, layer: int) -> Tensor:
        x = self.norms[layer](x) if self.design.batch_norm else x
        return functional.relu(x) if self.design.activation == "relu" else functional.gelu(x)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return copies of weights and batch norm's statistics, networks along the first axis."""
        return {
            name: np.array(tensor.detach().cpu().numpy())
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
        with self.momentum(1.0), torch.no_grad():
            self.train()(x)
        self.train(training)

    @contextmanager
    def momentum(self, share: float) -> Iterator[None]:
        """Let a batch be this share of batch norm's statistics; 0 leaves them as they are."""
        norms = [norm for norm in self.norms if isinstance(norm, _Norms)]
        before = [norm.momentum for norm in norms]
        for norm in norms:
            norm.momentum = share
        try:
            yield
        finally:
            for norm, value in zip(norms, before, strict=True):
                norm.momentum = value

    def finite(self) -> NDArray[np.bool_]:
        """Return of every network whether all its weights and statistics are finite numbers."""
        kept = [np.isfinite(array.reshape(self.networks, -1)) for array in self.arrays().values()]
        return np.asarray(np.concatenate(kept, axis=1).all(axis=1))


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
