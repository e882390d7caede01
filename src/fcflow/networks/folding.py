"""Batch norms in evaluation mode, folded into the convolutions before them."""

from collections import Counter
from typing import Any

from torch import nn
from torch.fx import Tracer
from torch.fx.proxy import TraceError
from torch.nn.utils.fusion import fuse_conv_bn_weights


class _Layers(Tracer):
    """A tracer that does not look inside convolutions and batch norms, subclasses included."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.Conv2d | nn.BatchNorm2d) or super().is_leaf_module(
            m, module_qualified_name
        )


def fold_batch_norms(network: nn.Module) -> int:
    """Fold every batch norm into the convolution before it, in place.

    The network computes the same function up to rounding. A batch norm stays as it is if something
    else comes before it, or if it or the convolution is used more than once. All stay as they are
    if the network's graph depends on its input.

    Parameters
    ----------
    network : torch module in evaluation mode
        The activation that timm's batch norms have inside is kept.

    Returns
    -------
    int
        How many batch norms were folded.

    Examples
    --------
    >>> network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU()).eval()
    >>> fold_batch_norms(network), network[1]
    (1, Identity())
    """
    pairs = _pairs(network)
    for conv_name, norm_name in pairs:
        conv: Any = network.get_submodule(conv_name)
        norm: Any = network.get_submodule(norm_name)
        conv.weight, conv.bias = fuse_conv_bn_weights(
            conv.weight,
            conv.bias,
            norm.running_mean,
            norm.running_var,
            norm.eps,
            norm.weight,
            norm.bias,
        )
        network.set_submodule(norm_name, _activation(norm))
    return len(pairs)


def _pairs(network: nn.Module) -> list[tuple[str, str]]:
    """Return the names of convolutions and of the batch norms to fold into them."""
    try:
        graph = _Layers().trace(network)
    except (TraceError, TypeError):
        return []
    modules = dict(network.named_modules())
    called = Counter(node.target for node in graph.nodes if node.op == "call_module")
    pairs = []
    for node in graph.nodes:
        before: Any = node.args[0] if node.op == "call_module" and len(node.args) == 1 else None
        if getattr(before, "op", "") != "call_module" or len(before.users) > 1:
            continue
        conv, norm = modules[before.target], modules[node.target]
        alone = called[before.target] == called[node.target] == 1
        fits = (
            isinstance(conv, nn.Conv2d)
            and isinstance(norm, nn.BatchNorm2d)
            and norm.running_mean is not None
        )
        if alone and fits and not norm.training:
            pairs.append((str(before.target), str(node.target)))
    return pairs


def _activation(norm: nn.Module) -> nn.Module:
    """Return the layers inside a batch norm that follow its normalisation."""
    inside = [child for child in norm.children() if not isinstance(child, nn.Identity)]
    return nn.Sequential(*inside).eval() if inside else nn.Identity()
