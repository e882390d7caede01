"""One network of a design as PyTorch's own layers."""

from collections import OrderedDict
from collections.abc import Mapping
from itertools import pairwise

from torch import Tensor, nn

from fcflow.networks.design import Block, Design


def plain_layers(design: Design) -> nn.Sequential:
    """Return the design's layers, with the weights that PyTorch gives them.

    Names of weights are those of a group's arrays.

    Examples
    --------
    >>> import torch
    >>> plain_layers(Design((Block(4, stride=2),), "flat", size=8))(torch.zeros(3, 1, 8, 8)).shape
    torch.Size([3, 10])
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (inputs, block) in enumerate(zip(design.channels, design.blocks, strict=False)):
        layers[f"convolutions:{number}"] = nn.Conv2d(
            inputs,
            block.channels,
            3,
            stride=block.stride,
            padding=block.dilation,
            dilation=block.dilation,
            bias=not design.batch_norm,
            padding_mode=design.padding,
        )
        if block.pool is not None:
            layers[f"pools:{number}"] = _pool(block)
        if design.batch_norm:
            layers[f"norms:{number}"] = nn.BatchNorm2d(block.channels)
        layers[f"activations:{number}"] = _activation(design)

    if design.head == "max":
        layers["head"] = nn.AdaptiveMaxPool2d(1)
    elif design.head == "average":
        layers["head"] = nn.AdaptiveAvgPool2d(1)
    layers["flat"] = nn.Flatten()

    for number, (inputs, outputs) in enumerate(pairwise(design.widths)):
        last, layer = number == len(design.hidden), len(design.blocks) + number
        biased = last or not design.batch_norm
        layers[f"linears:{number}"] = nn.Linear(inputs, outputs, bias=biased)
        if design.batch_norm and not last:
            layers[f"norms:{layer}"] = nn.BatchNorm1d(outputs)
        if not last:
            layers[f"activations:{layer}"] = _activation(design)
    return nn.Sequential(layers)


def plain_network(design: Design, state: Mapping[str, Tensor]) -> nn.Module:
    """Return the network with this state, in evaluation mode and with frozen weights.

    Parameters
    ----------
    state : dict
        One network's weights by the names of a group's arrays.
    """
    example = next(iter(state.values()))
    network = plain_layers(design).to(device=example.device, dtype=example.dtype)
    # A module's name may hold no dot, which the names of the arrays do.
    renamed = {name.replace(".", ":", 1): tensor for name, tensor in state.items()}
    # What PyTorch counts beside, and these layers do not use.
    counts = {
        name: count
        for name, count in network.state_dict().items()
        if name.endswith("num_batches_tracked")
    }
    network.load_state_dict(renamed | counts)
    return network.requires_grad_(False).eval()


def _pool(block: Block) -> nn.Module:
    kind = nn.MaxPool2d if block.pool == "max" else nn.AvgPool2d
    return kind(block.window, ceil_mode=True)


def _activation(design: Design) -> nn.Module:
    return nn.ReLU() if design.activation == "relu" else nn.GELU()
