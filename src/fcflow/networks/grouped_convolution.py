"""3 × 3 convolutions and pools of several networks at once, on activations with the images last.

Activations are [pixels, networks, channels, images] in memory, pixels row by row. A convolution
then copies runs of channels × images numbers, and multiplies small matrices by matrices as wide as
there are images. For networks of a few channels this takes half the time of grouped convolutions
with the images first, which copy rows of a few pixels. On a GPU, PyTorch's convolution is used.
"""

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

from fcflow.networks.design import Block, Padding


def grouped_convolution(x: Tensor, weight: Tensor, block: Block, padding: Padding) -> Tensor:
    """Return the convolutions of a block, without bias, [pixels, networks, channels, images].

    Parameters
    ----------
    x : floating point [side², networks, inputs, images] or [side², 1, inputs, images]
        What each network reads, or what all of them read.
    weight : floating point [networks, channels, inputs, 3, 3]
    block : Block
        Its stride and dilation.
    padding : {"reflect", "circular"}

    Examples
    --------
    >>> y = grouped_convolution(
    ...     torch.ones(16, 1, 1, 5), torch.ones(2, 3, 1, 3, 3), Block(3, stride=2), "reflect"
    ... )
    >>> y.shape, y.unique().tolist()
    (torch.Size([4, 2, 3, 5]), [9.0])
    """
    convolve = _by_products if x.device.type == "cpu" else _by_convolution
    return convolve(x, weight, block, padding)


def _by_products(x: Tensor, weight: Tensor, block: Block, padding: Padding) -> Tensor:
    """Copy the nine pixels that every output reads, and multiply."""
    _, networks, inputs, images = x.shape
    side = _side(x)
    index = _read_pixels(side, block.stride, block.dilation, padding, networks)
    columns = x.reshape(-1, inputs * images).index_select(0, index)
    columns = columns.view(-1, 9 * inputs, images)
    # Where all networks read the same, their outputs are rows of one matrix.
    matrix = weight.flatten(3).transpose(2, 3).reshape(networks, -1, 9 * inputs)
    matrices = matrix.expand(len(columns) // networks, -1, -1, -1).flatten(0, 1)
    return torch.bmm(matrices, columns).view(-1, *weight.shape[:2], images)


def _by_convolution(x: Tensor, weight: Tensor, block: Block, padding: Padding) -> Tensor:
    """Use PyTorch's grouped convolution."""
    _, networks, inputs, images = x.shape
    side = _side(x)
    rows = x.view(side, side, networks * inputs, images).permute(3, 2, 0, 1)
    for axis in (2, 3):
        rows = _padded(rows, axis, block.dilation, padding)
    y = functional.conv2d(
        rows, weight.flatten(0, 1), stride=block.stride, dilation=block.dilation, groups=networks
    )
    return y.flatten(2).permute(2, 1, 0).reshape(-1, *weight.shape[:2], images)


def pooled(x: Tensor, block: Block) -> Tensor:
    """Return a block's pools of [side², networks, channels, images]; without a pool, x itself.

    Of equal values in a window the first one is the largest, as in PyTorch's max pool.

    Examples
    --------
    >>> pooled(torch.arange(9.0).view(9, 1, 1, 1), Block(1, pool="max")).flatten().tolist()
    [4.0, 5.0, 7.0, 8.0]
    """
    if block.pool is None:
        return x
    side, window = _side(x), block.window
    beyond = -side % window
    rows = x.view(side, side, *x.shape[1:])
    if beyond:
        # The windows at the border are filled with what cannot be the largest, or adds nothing.
        fill = -torch.inf if block.pool == "max" else 0.0
        rows = functional.pad(rows, (0,) * 6 + (0, beyond) * 2, value=fill)
    windows = rows.unflatten(1, (-1, window)).unflatten(0, (-1, window)).movedim((1, 3), (0, 1))
    values = windows.flatten(0, 1).flatten(1, 2)  # [window², pixels, networks, channels, images]
    if block.pool == "max":
        largest: Tensor = values.max(0).values
        return largest
    inside = (side - torch.arange(0, side, window, device=x.device)).clamp(max=window).to(x.dtype)
    counts = torch.outer(inside, inside).view(-1, 1, 1, 1)
    mean: Tensor = values.sum(0) / counts
    return mean


@lru_cache(maxsize=256)
def _read_pixels(side: int, stride: int, dilation: int, padding: Padding, networks: int) -> Tensor:
    """Return which rows of [side² networks, …] the outputs read, [outputs² networks 9]."""
    read = torch.arange(0, side, stride)[:, None] + torch.arange(-1, 2) * dilation
    if padding == "circular":
        read %= side
    else:
        read = (side - 1) - ((side - 1) - read.abs()).abs()
    pixels = read[:, None, :, None] * side + read[None, :, None, :]
    rows = pixels.reshape(-1, 1, 9) * networks + torch.arange(networks)[:, None]
    return rows.flatten()


def _padded(x: Tensor, axis: int, width: int, padding: Padding) -> Tensor:
    """Pad both ends of an axis, by copies whose gradient is summed in a fixed order on a GPU."""
    side = x.shape[axis]
    if padding == "circular":
        before, after = x.narrow(axis, side - width, width), x.narrow(axis, 0, width)
    else:
        before = x.narrow(axis, 1, width).flip(axis)
        after = x.narrow(axis, side - 1 - width, width).flip(axis)
    return torch.cat([before, x, after], axis)


def _side(x: Tensor) -> int:
    return math.isqrt(len(x))
