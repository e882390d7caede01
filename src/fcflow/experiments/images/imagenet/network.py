"""A trained network of timm."""

from fcflow.config.fields import Sha256, Text
from fcflow.experiments.images.entries import classifier
from fcflow.experiments.images.network import Arrays, Loaded
from fcflow.networks.imagenet import load_classifier, model_card


@classifier("timm")
def timm(
    arrays: Arrays | None, *, model: Text, weights: Text, weights_sha256: Sha256 | None, device: str
) -> Loaded:
    """Return a model of timm that was trained on ImageNet.

    Parameters
    ----------
    arrays : None
    model : str
        Its name; its means and deviations of pixels are part of the network. Source:
        Inception-ResNet-v2, [FC] §6, in ``imagenet-paper.yaml``; the default is one whose weights
        need no connection.
    weights : str
        ``shipped`` (EfficientNet-Lite0's, as a Python package), ``hub`` (timm's, downloaded once),
        or the path of a checkpoint: safetensors, or a torch file that holds tensors alone.
    weights_sha256 : str or None
        What the hash of the weights' file must be; the hash that it has is in
        ``networks.parquet`` either way.
    device : str
    """
    return Loaded(
        *load_classifier(model_card(model), weights, sha256=weights_sha256, device=device)
    )
