"""Networks of torchvision, with its own weights or a checkpoint's."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.extras import paper_extra
from fcflow.networks.checkpoints import load_exactly, read_checkpoint, sha256_of
from fcflow.networks.folding import fold_batch_norms
from fcflow.networks.imagenet import HUB
from fcflow.networks.opened.ready import Numbers, Opened, ready

with paper_extra():
    from torchvision import models

# What all of torchvision's weights for ImageNet were trained with.
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def open_torchvision(
    name: str,
    shape: Sequence[int],
    *,
    weights: str = HUB,
    sha256: str | None = None,
    classes: int | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    device: str = "cpu",
) -> Opened:
    """Return a classifier of torchvision with its weights, its batch norms folded.

    Parameters
    ----------
    name : str
        Such as ``resnet18``.
    shape : sequence of int
        Of one input, such as (3, 224, 224).
    weights : str
        ``hub`` (torchvision's own, downloaded once), or the path of a checkpoint.
    sha256 : str, optional
        The hash that a checkpoint must have.
    classes : int, optional
        Of a model that was trained on other data; by default ImageNet's 1000.
    mean, std : float or one for each channel, optional
        By default those of ImageNet, which torchvision's weights were trained with.
    device : str

    Raises
    ------
    InputError
        If torchvision has no such classifier, or the weights are not available or do not fit.
    """
    known = models.list_models(module=models)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise InputError(f"torchvision has no classifier {name!r}{hint}")
    # Some have further heads for training, which have tensors but say nothing in evaluation.
    own: dict[str, Any] = {} if classes is None else {"num_classes": classes}
    network: nn.Module = models.get_model(name, weights=None, **own)
    tensors = _hub_tensors(name) if weights == HUB else read_checkpoint(weights, sha256=sha256)
    load_exactly(network, tensors, source=name if weights == HUB else weights)
    fold_batch_norms(network.eval())
    centre, spread = (_MEAN if mean is None else mean), (_STD if std is None else std)
    model = ready(network, shape, source=name, mean=centre, std=spread, device=device)
    return Opened(model, "" if weights == HUB else sha256_of(Path(weights)))


def _hub_tensors(name: str) -> dict[str, Tensor]:
    """Return torchvision's own weights; only tensors are read of what is downloaded."""
    try:
        weights = models.get_model_weights(name).DEFAULT
        tensors: dict[str, Tensor] = weights.get_state_dict(
            progress=False, check_hash=True, weights_only=True
        )
    # Any exception: connection, proxy and server raise errors of many unrelated types.
    except Exception as error:
        raise InputError(
            f"{name}: torchvision's weights could not be downloaded ({type(error).__name__}); where"
            " there is no connection, set weights to the path of a checkpoint"
        ) from None
    return tensors
