"""Networks of timm, with shipped weights, the hub's or a checkpoint's."""

from collections.abc import Sequence
from typing import Any

from torch import nn

from fcflow.errors import InputError
from fcflow.extras import paper_extra
from fcflow.networks import efficientnet_lite0
from fcflow.networks.checkpoints import load_exactly, read_checkpoint, sha256_of
from fcflow.networks.folding import fold_batch_norms
from fcflow.networks.imagenet import HUB, SHIPPED, known_model, weights_file
from fcflow.networks.opened.ready import Numbers, Opened, ready

with paper_extra():
    import timm


def open_timm(
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
    """Return a model of timm with its weights, its batch norms folded.

    Parameters
    ----------
    name : str
        Such as ``resnet18.a1_in1k``.
    shape : sequence of int
        Of one input, such as (3, 224, 224); the channels are what the model is made for.
    weights : str
        ``hub`` (downloaded once), ``shipped`` (EfficientNet-Lite0's, as a package), or the path of
        a checkpoint.
    sha256 : str, optional
        The hash that the weights' file must have.
    classes : int, optional
        Of a model that was trained on other data; by default as many as timm's own has.
    mean, std : float or one for each channel, optional
        By default those that timm's own weights were trained with.
    device : str

    Raises
    ------
    InputError
        If timm has no such model, or the weights are not available or do not fit.
    """
    config = known_model(name)
    if config is None and weights == HUB:
        raise InputError(f"{name}: timm has no weights of it; set weights to a checkpoint's path")
    path = weights_file(name, weights, getattr(config, "hf_hub_id", "") or "")
    network = _network(name, shape, classes)
    tensors = read_checkpoint(path, sha256=sha256)
    if weights == SHIPPED:
        tensors = efficientnet_lite0.renamed(tensors)
    load_exactly(network, tensors, source=path)
    fold_batch_norms(network.eval())
    if config is not None:
        mean = tuple(config.mean) if mean is None else mean
        std = tuple(config.std) if std is None else std
    model = ready(network, shape, source=name, mean=mean, std=std, device=device)
    return Opened(model, sha256_of(path))


def _network(name: str, shape: Sequence[int], classes: int | None) -> nn.Module:
    """Return the model for inputs of this shape, with timm's initial weights."""
    own: dict[str, Any] = {} if classes is None else {"num_classes": classes}
    if len(shape) == 3 and shape[0] != 3:
        own["in_chans"] = shape[0]
    if len(shape) == 3:
        try:  # vision transformers are made for one size; convolutional networks take any
            sized: nn.Module = timm.create_model(
                name, pretrained=False, img_size=tuple(shape[1:]), **own
            )
        except (TypeError, AssertionError, RuntimeError):
            pass
        else:
            return sized
    network: nn.Module = timm.create_model(name, pretrained=False, **own)
    return network
