"""One's own data as the network is to see them, and the classes that it knows."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from fcflow.artifacts.schema import declare, text
from fcflow.data.imagenet import class_number, first_words
from fcflow.data.own.arrays import read_npz
from fcflow.data.own.features import read_parquet
from fcflow.data.own.folder import read_folder
from fcflow.data.own.labelled_inputs import LabelledInputs
from fcflow.errors import InputError
from fcflow.experiments.images.columns import CLASSES, IMAGES, PIXELS
from fcflow.experiments.images.network import as_tensor, open_network
from fcflow.steps import step

SKIPPED = declare("skipped inputs", "prepare_own", {"name": text(), "reason": text()})
_IMAGENET = 1000  # classes
_SHOWN = 4


@step(writes={"images": IMAGES, "classes": CLASSES, "pixels": PIXELS, "skipped": SKIPPED})
def prepare_own(
    *, experiment: str, classifier: dict[str, Any], data: dict[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, NDArray[Any]], pd.DataFrame]:
    """Read the data, open the model, and see whether their classes fit each other.

    Returns
    -------
    images, classes : DataFrames
        As :data:`~fcflow.experiments.images.columns.IMAGES` and ``CLASSES`` there.
    arrays : dict
        ``pixels``, uint8 [n, c, h, w] or float32 [n, ...].
    skipped : DataFrame
        What was left out, as :data:`SKIPPED`.

    Raises
    ------
    InputError
        In one line: if the data or the model cannot be had, or their classes do not fit.
    """
    read = read_data(data)
    for line in read.lines:
        sys.stderr.write(f"{experiment}: {line}\n")
    shape = read.inputs.shape[1:]
    network = open_network(classifier, [], shape, memory_gb=None, device="cpu")
    with torch.no_grad():
        outputs = network.model(as_tensor(read.inputs[:1])).shape[1]
    classes, labels = _fitting(read, outputs, classifier, data)
    images = {
        "image": range(len(labels)),
        "name": list(read.names),
        "label": labels,
        "part": "test",
        "sha256": read.digests(),
    }
    return (
        IMAGES.table(pd.DataFrame(images)),
        CLASSES.table(classes),
        {"pixels": read.inputs},
        SKIPPED.table(pd.DataFrame(read.skipped, columns=["name", "reason"])),
    )


def read_data(data: Mapping[str, Any]) -> LabelledInputs:
    """Read what the configuration's ``data`` names."""
    if data["folder"] is not None:
        keys = ("size", "crop", "interpolation", "channels", "most")
        return read_folder(data["folder"], **{key: data[key] for key in keys})
    if data["npz"] is not None:
        return read_npz(data["npz"])
    return read_parquet(data["parquet"], label=data["label"])


def _fitting(
    read: LabelledInputs, outputs: int, classifier: Mapping[str, Any], data: Mapping[str, Any]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the model's classes, and the inputs' labels as numbers of its outputs."""
    source = next(data[key] for key in ("folder", "npz", "parquet") if data[key] is not None)
    named: Sequence[str] | None = data["classes"]
    known = named or read.classes
    if named is None and outputs == _IMAGENET and len(read.classes) < outputs:
        return _of_imagenet(read, str(source))
    if named is not None:
        missing = [name for name in read.classes if name not in named]
        if missing:
            raise InputError(
                f"data.classes: lacks {', '.join(missing[:_SHOWN])}, which {source} has"
            )
    if outputs != len(known):
        own = next(classifier[key] for key in _NAMES if key in classifier)
        has = "data.classes names" if named else f"{source} has"
        names = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
        mend = (
            "name all classes of the model in data.classes, in the order of its outputs"
            if len(known) < outputs
            else f"leave {len(known) - outputs} of them out, or give the model of all of them"
        )
        raise InputError(
            f"{own}: has {outputs} outputs, and {has} {len(known)} classes ({names}); {mend}"
        )
    number = [list(known).index(name) for name in read.classes]
    classes = {"label": range(outputs), "name": known, "description": known, "synset": ""}
    return pd.DataFrame(classes), np.array(number, dtype=np.int64)[read.labels]


_NAMES = ("factory", "timm", "torchvision", "exported")


def _of_imagenet(read: LabelledInputs, source: str) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return ImageNet's classes, one of which each class of the data has to be named after."""
    from timm.data import ImageNetInfo

    info = ImageNetInfo("imagenet-1k")
    synsets, descriptions = info.label_names(), info.label_descriptions()
    number = [class_number(name, synsets, descriptions, source=source) for name in read.classes]
    names = [first_words(description) for description in descriptions]
    classes = {
        "label": range(_IMAGENET),
        "name": names,
        "description": descriptions,
        "synset": synsets,
    }
    return pd.DataFrame(classes), np.array(number, dtype=np.int64)[read.labels]
