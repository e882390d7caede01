"""A torch module read as a graph, by tracing it with torch.fx."""

import inspect
from typing import Any

import torch
from torch import Tensor, fx, nn

from fcflow.certified.builder import Builder, UnsupportedError
from fcflow.certified.graph import Graph, pruned
from fcflow.certified.supported_functions import FUNCTIONS, METHODS, Symbol
from fcflow.certified.supported_layers import LAYERS, SUPPORTED
from fcflow.errors import InputError
from fcflow.networks.pooled_convolution import pooled_convolution


def read_graph(model: nn.Module, x: Tensor) -> Graph:
    """Return the float64 graph of a module in evaluation mode, for inputs like x [n, ...].

    Raises
    ------
    InputError
        If the module's flow depends on its input, or a layer is not supported: it is named.

    Examples
    --------
    >>> graph = read_graph(nn.Sequential(nn.Linear(2, 3), nn.ReLU()).eval(), torch.zeros(1, 2))
    >>> [node.shape for node in graph.nodes]
    [(2,), (3,), (3,)]
    """
    traced = _trace(model)
    builder = Builder(tuple(x.shape[1:]), x)
    values: dict[fx.Node, Any] = {}
    for node in traced.nodes:
        try:
            values[node] = _read(node, model, builder, values)
        except UnsupportedError as reason:
            raise InputError(
                f"model: {_name(node, model)} cannot be certified ({reason}); {SUPPORTED}"
            ) from None
    output = values[next(node for node in traced.nodes if node.op == "output")]
    if not isinstance(output, Symbol) or len(builder.nodes[output].shape) != 1:
        raise InputError("model must return logits [n, k]")
    return pruned(builder.nodes, int(output), x.device)


def _trace(model: nn.Module) -> fx.Graph:
    parameters = list(inspect.signature(model.forward).parameters.values())[1:]
    defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    tracer = fx.Tracer(autowrap_functions=(pooled_convolution,))
    try:
        return tracer.trace(model, concrete_args=defaults or None)
    except Exception as reason:  # whatever the model's own code raises on a proxy
        line = str(reason).strip().splitlines()[0] if str(reason).strip() else ""
        raise InputError(
            "model cannot be traced: its flow depends on its input, or it is compiled"
            f" ({type(reason).__name__}: {line}); {SUPPORTED}"
        ) from None


def _name(node: fx.Node, model: nn.Module) -> str:
    if node.op == "call_module":
        kind = type(model.get_submodule(str(node.target))).__name__
        return f"layer {node.target!r} ({kind})"
    target = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "?")
    return f"operation {target!r} (at {node.name!r})"


def _read(node: fx.Node, model: nn.Module, builder: Builder, values: dict[fx.Node, Any]) -> Any:
    if node.op == "placeholder":
        return Symbol(0) if not values else None
    if node.op == "get_attr":
        return _attribute(model, str(node.target))
    args = fx.node.map_arg(node.args, lambda given: values[given])
    options = fx.node.map_arg(node.kwargs, lambda given: values[given])
    if node.op == "output":
        return args[0]
    if node.op == "call_module":
        layer = model.get_submodule(str(node.target))
        read = LAYERS.get(type(layer))
        if read is None:
            raise UnsupportedError("not one of those below")
        return Symbol(read(builder, layer, *args))
    return _call(node, builder, args, options)


def _attribute(model: nn.Module, target: str) -> Any:
    for name in target.split("."):
        model = getattr(model, name)
    return model


def _symbols(given: Any) -> bool:
    if isinstance(given, tuple | list):
        return any(_symbols(part) for part in given)
    return isinstance(given, Symbol)


def _call(node: fx.Node, builder: Builder, args: Any, options: Any) -> Any:
    if node.target is torch._assert:  # that an argument has its default value
        return None
    name = str(node.target) if node.op == "call_method" else None
    if not _symbols(args) and not _symbols(tuple(options.values())):
        if name is not None:
            return getattr(args[0], name)(*args[1:], **options)
        return node.target(*args, **options)  # type: ignore[operator]
    read = METHODS.get(name) if name is not None else FUNCTIONS.get(node.target)
    if read is None:
        raise UnsupportedError("not one of those below")
    try:
        return read(builder, *args, **options)
    except TypeError:
        raise UnsupportedError("its options") from None
