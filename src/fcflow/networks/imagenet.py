"""ImageNet classifiers of timm as functions of pixels ([FC] §6)."""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.extras import paper_extra
from fcflow.networks import efficientnet_lite0
from fcflow.networks.checkpoints import load_exactly, read_checkpoint, sha256_of
from fcflow.networks.folding import fold_batch_norms

with paper_extra():
    import timm
    from timm.data import ImageNetInfo, infer_imagenet_subset

SHIPPED, HUB = "shipped", "hub"
_HUB_FILE = "model.safetensors"


class PixelClassifier(nn.Module):
    """A network together with the normalisation of its inputs, from pixels in [0, 1] to logits.

    Gradients by its input are therefore gradients by pixels.

    Parameters
    ----------
    network : torch module
        From normalised images [n, 3, h, w] to logits [n, k].
    mean, std : sequence of 3 floats
        Of the red, green and blue channels of what the network was trained on.

    Examples
    --------
    >>> model = PixelClassifier(nn.Flatten(), mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    >>> model(torch.ones(1, 3, 1, 1))
    tensor([[1., 1., 1.]])
    """

    mean: Tensor
    std: Tensor

    def __init__(self, network: nn.Module, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("std", torch.tensor(std)[:, None, None])

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [n, k] of pixels [n, 3, h, w]."""
        logits: Tensor = self.network((x - self.mean) / self.std)
        return logits


@dataclass(frozen=True)
class ModelCard:
    """What timm knows of a model without loading its weights.

    Attributes
    ----------
    name : str
    mean, std : floats of the three channels
    interpolation : str
        How the images that it was trained for are resized.
    hub_id : str
        The repository of the Hugging Face hub that has its weights, empty if there is none.
    synsets, descriptions : tuples of str
        WordNet's number and the words of every class.
    """

    name: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str
    hub_id: str
    synsets: tuple[str, ...]
    descriptions: tuple[str, ...]


def model_card(name: str) -> ModelCard:
    """Return a timm model's card; nothing is loaded or downloaded.

    Raises
    ------
    InputError
        If timm has no such model, or its classes are not ImageNet's.

    Examples
    --------
    >>> model_card("inception_resnet_v2").descriptions[160]
    'Afghan hound, Afghan'
    """
    config = known_model(name)
    subset = None if config is None else infer_imagenet_subset(config.to_dict())
    if subset is None:
        raise InputError(
            f"{name}: its classes are not known to be ImageNet's; "
            "choose a model trained on ImageNet"
        )
    info = ImageNetInfo(subset)
    return ModelCard(
        name,
        tuple(config.mean),
        tuple(config.std),
        config.interpolation,
        config.hf_hub_id or "",
        tuple(info.label_names()),
        tuple(info.label_descriptions()),
    )


def known_model(name: str) -> Any:
    """Return what timm knows of a model's own weights, None where it has none.

    Raises
    ------
    InputError
        If timm has no such model.

    Examples
    --------
    >>> known_model("resnet18.a1_in1k").num_classes
    1000
    """
    if not timm.is_model(name.split(".")[0]):
        near = difflib.get_close_matches(name, timm.list_models(), n=1)
        raise InputError(
            f"timm has no model {name!r}{f', did you mean {near[0]!r}?' if near else ''}"
        )
    return timm.get_pretrained_cfg(name)


def load_classifier(
    card: ModelCard, weights: str, *, sha256: str | None = None, device: str = "cpu"
) -> tuple[PixelClassifier, str]:
    """Return a timm model with its weights, and the SHA-256 of the weights' file.

    The model is in evaluation mode, with frozen weights and its batch norms folded.

    Parameters
    ----------
    card : ModelCard
    weights : str
        ``shipped`` (EfficientNet-Lite0's, as a package), ``hub`` (downloaded once), or the path of
        a checkpoint.
    sha256 : str, optional
        The hash that the weights' file must have.
    device : str
        The device that the model is moved to.

    Raises
    ------
    InputError
        If the weights are not available, or do not fit the model tensor by tensor.
    """
    network: nn.Module = timm.create_model(card.name, pretrained=False)
    path = weights_file(card.name, weights, card.hub_id)
    tensors = read_checkpoint(path, sha256=sha256)
    if weights == SHIPPED:
        tensors = efficientnet_lite0.renamed(tensors)
    load_exactly(network, tensors, source=path)

    fold_batch_norms(network.eval())
    model = PixelClassifier(network, card.mean, card.std).eval().requires_grad_(False)
    # With the channels last in memory, narrow and depthwise convolutions are faster.
    layout = torch.channels_last
    return model.to(device=device, memory_format=layout), sha256_of(path)  # type: ignore[call-overload]


def weights_file(name: str, weights: str, hub_id: str) -> Path:
    """Return the file of a timm model's weights; the hub's is downloaded the first time.

    Parameters
    ----------
    name : str
        Of the model.
    weights : str
        ``shipped``, ``hub`` or a path.
    hub_id : str
        The hub's repository of its weights, empty if there is none.

    Raises
    ------
    InputError
        If there are no such weights.
    """
    if weights == HUB:
        return _from_hub(name, hub_id)
    if weights != SHIPPED:
        return Path(weights)
    if name != efficientnet_lite0.MODEL:
        raise InputError(
            f"weights: {SHIPPED} are those of {efficientnet_lite0.MODEL} alone; "
            f"for {name} set weights to {HUB} or to the path of a checkpoint"
        )
    return efficientnet_lite0.shipped_checkpoint()


def _from_hub(name: str, hub_id: str) -> Path:
    """Return the hub's file of weights, which is downloaded the first time."""
    from huggingface_hub import hf_hub_download

    repository, _, revision = hub_id.partition("@")
    if not repository:
        raise InputError(
            f"{name}: the hub has no weights of it; set weights to the path of a checkpoint"
        )
    try:
        return Path(hf_hub_download(repository, _HUB_FILE, revision=revision or None))
    # Any exception: connection, proxy, cache and server raise errors of many unrelated types.
    except Exception as error:
        raise InputError(
            f"{_HUB_FILE} of {repository} could not be downloaded ({type(error).__name__}); where "
            "there is no connection, copy that file from elsewhere and set weights to its path"
        ) from None
