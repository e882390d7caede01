"""Functions and methods of torch that can be read, each as it is added to a graph."""

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from fcflow.certified.builder import Builder, UnsupportedError
from fcflow.networks.pooled_convolution import pooled_convolution


class Symbol(int):
    """A node's place in the builder's list, told from plain numbers."""


def check_image(builder: Builder, i: int) -> None:
    """Raise UnsupportedError unless a node is an image."""
    if len(builder.nodes[i].shape) != 3:
        raise UnsupportedError("an input that is no image [n, c, h, w]")


def flatten(builder: Builder, i: int, start_dim: int = 0, end_dim: int = -1) -> Symbol:
    """Add ``torch.flatten``."""
    shape = (1, *builder.nodes[i].shape)
    return _reshaped(builder, i, torch.zeros(shape).flatten(start_dim, end_dim))


def _reshaped(builder: Builder, i: int, example: Tensor) -> Symbol:
    if len(example) != 1 or example.ndim < 2:
        raise UnsupportedError("the batch's axis is reshaped too")
    return Symbol(builder.reshape(i, tuple(example.shape[1:])))


def view(builder: Builder, i: int, *shape: Any) -> Symbol:
    """Add ``torch.reshape`` to a shape that begins with the batch's axis."""
    return _reshaped(builder, i, torch.zeros(1, *builder.nodes[i].shape).reshape(*shape))


def _permute(builder: Builder, i: int, *axes: Any) -> Symbol:
    order = tuple(axes[0]) if isinstance(axes[0], tuple | list) else tuple(axes)
    count = len(builder.nodes[i].shape) + 1
    order = tuple(axis % count for axis in order)
    if order[0] != 0:
        raise UnsupportedError("the batch's axis is moved")
    return Symbol(builder.weighting(i, lambda u: u.permute(order), 1))


def _mean(builder: Builder, i: int, dim: Any = None, keepdim: bool = False) -> Symbol:
    axes = (dim,) if isinstance(dim, int) else tuple(dim or ())
    count = len(builder.nodes[i].shape) + 1
    axes = tuple(axis % count for axis in axes)
    if not axes or 0 in axes:
        raise UnsupportedError("a mean over the batch")
    terms = builder.nodes[i].size
    return Symbol(builder.weighting(i, lambda u: u.mean(axes, keepdim=keepdim), terms))


def _size(builder: Builder, i: int, dim: int | None = None) -> Any:
    shape = (1, *builder.nodes[i].shape)
    return shape if dim is None else shape[dim]


def _get(builder: Builder, i: int, name: str) -> Any:
    if name != "shape":
        raise UnsupportedError(f"its {name}")
    return _size(builder, i)


def _add(builder: Builder, one: Any, other: Any, *, alpha: float = 1.0) -> Symbol:
    if isinstance(other, Symbol) and alpha != 1.0:
        other = Symbol(builder.scale(other, builder.number(alpha)))
    elif alpha != 1.0:
        other = builder.number(other) * alpha
    if isinstance(one, Symbol) and isinstance(other, Symbol):
        return Symbol(builder.sum(one, other))
    i, constant = (one, other) if isinstance(one, Symbol) else (other, one)
    return Symbol(builder.shift(i, builder.number(constant)))


def _subtract(builder: Builder, one: Any, other: Any) -> Symbol:
    if isinstance(other, Symbol):
        return _add(builder, one, Symbol(builder.scale(other, builder.number(-1.0))))
    return Symbol(builder.shift(one, -builder.number(other)))


def _multiply(builder: Builder, one: Any, other: Any) -> Symbol:
    if isinstance(one, Symbol) and isinstance(other, Symbol):
        raise UnsupportedError("a product of two branches")
    i, constant = (one, other) if isinstance(one, Symbol) else (other, one)
    return Symbol(builder.scale(i, builder.number(constant)))


def _divide(builder: Builder, one: Any, other: Any) -> Symbol:
    if isinstance(other, Symbol):
        raise UnsupportedError("division by a branch")
    return Symbol(builder.scale(one, 1.0 / builder.number(other)))


def _negative(builder: Builder, i: int) -> Symbol:
    return Symbol(builder.scale(i, builder.number(-1.0)))


def _relu(builder: Builder, i: int, inplace: bool = False) -> Symbol:
    return Symbol(builder.relu(i))


def _leaky(builder: Builder, i: int, negative_slope: float = 0.01, inplace: bool = False) -> Symbol:
    return Symbol(builder.relu(i, negative_slope))


def _dropout(
    builder: Builder, i: int, p: float = 0.5, training: bool = True, inplace: bool = False
) -> int:
    if training and p > 0.0:
        raise UnsupportedError("dropout that is on in evaluation mode")
    return i


def _linear(builder: Builder, i: int, weight: Tensor, bias: Tensor | None = None) -> Symbol:
    return Symbol(builder.dense(i, weight, bias))


def _batch_norm(
    builder: Builder,
    i: int,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Symbol:
    if training:
        raise UnsupportedError("a batch norm that uses the batch's statistics")
    return Symbol(builder.batch_norm(i, running_mean, running_var, weight, bias, eps))


def _convolution(builder: Builder, i: int, *args: Any, **options: Any) -> Symbol:
    check_image(builder, i)
    return Symbol(builder.convolution(i, *args, **options))


def _average(builder: Builder, i: int, *args: Any, **options: Any) -> Symbol:
    check_image(builder, i)
    return Symbol(builder.average_pool(i, *args, **options))


def adaptive_average(builder: Builder, i: int, output_size: Any) -> Symbol:
    """Add ``functional.adaptive_avg_pool2d``."""
    check_image(builder, i)
    return Symbol(builder.adaptive_average_pool(i, output_size))


def _largest(
    builder: Builder,
    i: int,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Symbol:
    check_image(builder, i)
    if return_indices:
        raise UnsupportedError("indices of the largest")
    return Symbol(builder.max_pool(i, kernel_size, stride, padding, dilation, ceil_mode))


def _pooled(builder: Builder, i: int, weight: Tensor, bias: Tensor | None) -> Symbol:
    return Symbol(builder.relu(builder.max_pool(builder.convolution(i, weight, bias), 2)))


def _same(builder: Builder, i: int, *args: Any, **options: Any) -> Symbol:
    return Symbol(i)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    operator.add: _add,
    operator.iadd: _add,
    torch.add: _add,
    operator.sub: _subtract,
    operator.isub: _subtract,
    torch.sub: _subtract,
    operator.mul: _multiply,
    operator.imul: _multiply,
    torch.mul: _multiply,
    operator.truediv: _divide,
    operator.itruediv: _divide,
    torch.div: _divide,
    operator.neg: _negative,
    getattr: _get,
    torch.flatten: flatten,
    torch.reshape: view,
    torch.permute: _permute,
    torch.mean: _mean,
    torch.relu: _relu,
    functional.relu: _relu,
    functional.leaky_relu: _leaky,
    functional.dropout: _dropout,
    functional.linear: _linear,
    torch.conv2d: _convolution,
    functional.conv2d: _convolution,
    functional.batch_norm: _batch_norm,
    functional.avg_pool2d: _average,
    functional.adaptive_avg_pool2d: adaptive_average,
    functional.max_pool2d: _largest,
    torch.max_pool2d: _largest,
    pooled_convolution: _pooled,
}

METHODS: dict[str, Callable[..., Any]] = {
    "add": _add,
    "add_": _add,
    "sub": _subtract,
    "mul": _multiply,
    "div": _divide,
    "flatten": flatten,
    "view": view,
    "reshape": view,
    "permute": _permute,
    "mean": _mean,
    "relu": _relu,
    "relu_": _relu,
    "size": _size,
    "contiguous": _same,
    "to": _same,
    "float": _same,
    "double": _same,
}
