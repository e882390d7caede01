"""Trained classifiers of anyone's: a function in a file, timm, torchvision, exported programs."""

from collections.abc import Sequence

from fcflow.config.fields import Count, Numbers, Sha256, Text
from fcflow.experiments.images.entries import classifier
from fcflow.experiments.images.network import Arrays, Loaded
from fcflow.networks.opened.exported import open_exported
from fcflow.networks.opened.factory import open_factory
from fcflow.networks.opened.timm_network import open_timm
from fcflow.networks.opened.torchvision_network import open_torchvision


@classifier("factory")
def factory(
    arrays: Arrays | None,
    *,
    factory: Text,
    weights: Text | None = None,
    sha256: Sha256 | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    shape: Sequence[int],
    device: str,
) -> Loaded:
    """Return the network that a function in a file makes.

    Parameters
    ----------
    arrays : None
    factory : str
        ``path/file.py:function``.
    weights : str or None
        A checkpoint, matched tensor by tensor: safetensors, or a torch file of tensors alone.
    sha256 : str or None
        What the hash of the checkpoint must be.
    mean, std, shape, device
        See :func:`~fcflow.networks.opened.factory.open_factory`.
    """
    options = {"weights": weights, "sha256": sha256, "mean": mean, "std": std, "device": device}
    return Loaded(*open_factory(factory, shape, **options))  # type: ignore[arg-type]


@classifier("timm_network")
def timm_network(
    arrays: Arrays | None,
    *,
    timm: Text,
    weights: Text = "hub",
    sha256: Sha256 | None = None,
    classes: Count | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    shape: Sequence[int],
    device: str,
) -> Loaded:
    """Return a network of timm.

    Parameters
    ----------
    arrays : None
    timm : str
        Its name, such as ``resnet18.a1_in1k``.
    weights : str
        ``hub`` (downloaded once), ``shipped`` (EfficientNet-Lite0's), or a checkpoint's path.
    sha256 : str or None
        What the hash of the weights' file must be.
    classes : int or None
        Of a checkpoint that was trained on other data than timm's own.
    mean, std, shape, device
        See :func:`~fcflow.networks.opened.timm_network.open_timm`.
    """
    options = {"sha256": sha256, "classes": classes, "mean": mean, "std": std, "device": device}
    return Loaded(*open_timm(timm, shape, weights=weights, **options))  # type: ignore[arg-type]


@classifier("torchvision")
def torchvision(
    arrays: Arrays | None,
    *,
    torchvision: Text,
    weights: Text = "hub",
    sha256: Sha256 | None = None,
    classes: Count | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    shape: Sequence[int],
    device: str,
) -> Loaded:
    """Return a network of torchvision.

    Parameters
    ----------
    arrays : None
    torchvision : str
        Its name, such as ``resnet18``.
    weights : str
        ``hub`` (torchvision's own, downloaded once), or a checkpoint's path.
    sha256 : str or None
        What the hash of a checkpoint must be.
    classes : int or None
        Of a checkpoint that was trained on other data than ImageNet.
    mean, std, shape, device
        See :func:`~fcflow.networks.opened.torchvision_network.open_torchvision`.
    """
    options = {"sha256": sha256, "classes": classes, "mean": mean, "std": std, "device": device}
    opened = open_torchvision(torchvision, shape, weights=weights, **options)  # type: ignore[arg-type]
    return Loaded(*opened)


@classifier("exported")
def exported(
    arrays: Arrays | None,
    *,
    exported: Text,
    sha256: Sha256 | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    shape: Sequence[int],
    device: str,
) -> Loaded:
    """Return the network of a file that ``torch.export.save`` wrote.

    Parameters
    ----------
    arrays : None
    exported : str
        The file.
    sha256 : str or None
        What its hash must be.
    mean, std, shape, device
        See :func:`~fcflow.networks.opened.exported.open_exported`.
    """
    options = {"sha256": sha256, "mean": mean, "std": std, "device": device}
    return Loaded(*open_exported(exported, shape, **options))  # type: ignore[arg-type]
