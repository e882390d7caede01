"""Layers of torch that can be read, each as it is added to a graph."""

from collections.abc import Callable
from typing import Any

from torch import nn

from fcflow.certified.builder import Builder, UnsupportedError
from fcflow.certified.supported_functions import adaptive_average, check_image, flatten, view

SUPPORTED = (
    "supported are Linear, Conv2d, BatchNorm, ReLU, ReLU6, LeakyReLU, AvgPool2d,"
    " AdaptiveAvgPool2d, MaxPool2d, Flatten, Identity, Dropout, padding, sums of branches, and"
    " shifts and scales by constants"
)


def _convolution_layer(builder: Builder, layer: Any, i: int) -> int:
    check_image(builder, i)
    return builder.convolution(
        i,
        layer.weight,
        layer.bias,
        layer.stride,
        layer.padding,
        layer.dilation,
        layer.groups,
        layer.padding_mode,
    )


def _norm_layer(builder: Builder, layer: Any, i: int) -> int:
    return builder.batch_norm(
        i, layer.running_mean, layer.running_var, layer.weight, layer.bias, layer.eps
    )


def _average_layer(builder: Builder, layer: Any, i: int) -> int:
    check_image(builder, i)
    return builder.average_pool(
        i,
        layer.kernel_size,
        layer.stride,
        layer.padding,
        layer.ceil_mode,
        layer.count_include_pad,
        layer.divisor_override,
    )


def _largest_layer(builder: Builder, layer: Any, i: int) -> int:
    check_image(builder, i)
    if layer.return_indices:
        raise UnsupportedError("indices of the largest")
    return builder.max_pool(
        i, layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.ceil_mode
    )


LAYERS: dict[type[nn.Module], Callable[..., int]] = {
    nn.Linear: lambda builder, layer, i: builder.dense(i, layer.weight, layer.bias),
    nn.Conv2d: _convolution_layer,
    nn.BatchNorm1d: _norm_layer,
    nn.BatchNorm2d: _norm_layer,
    nn.ReLU: lambda builder, layer, i: builder.relu(i),
    nn.ReLU6: lambda builder, layer, i: builder.clipped_relu(i, 6.0),
    nn.LeakyReLU: lambda builder, layer, i: builder.relu(i, layer.negative_slope),
    nn.AvgPool2d: _average_layer,
    nn.AdaptiveAvgPool2d: lambda builder, layer, i: adaptive_average(builder, i, layer.output_size),
    nn.MaxPool2d: _largest_layer,
    nn.Flatten: lambda builder, layer, i: flatten(builder, i, layer.start_dim, layer.end_dim),
    nn.Unflatten: lambda builder, layer, i: view(
        builder,
        i,
        1,
        *builder.nodes[i].shape[: layer.dim - 1],
        *layer.unflattened_size,
        *builder.nodes[i].shape[layer.dim :],
    ),
    nn.ZeroPad2d: lambda builder, layer, i: builder.pad(i, list(layer.padding), "zeros"),
    nn.Identity: lambda builder, layer, i: i,
    nn.Dropout: lambda builder, layer, i: i,
    nn.Dropout2d: lambda builder, layer, i: i,
}
