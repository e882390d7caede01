"""What a network says to the images, and which of them make pairs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from fcflow.errors import InputError
from fcflow.experiments.images.chance import is_at_chance, word_of_chance
from fcflow.experiments.images.columns import (
    ANSWERS,
    CLASSES,
    ENDS,
    IMAGES,
    NETWORKS,
    PAIRS,
    PIXELS,
    WEIGHTS,
)
from fcflow.experiments.images.entries import load_entry
from fcflow.experiments.images.network import Arrays, Network, as_tensor, open_network
from fcflow.gradients.batches import chunks
from fcflow.models.classes import answers as likeliest
from fcflow.steps import step

_NO_ANSWER = "no class: logits that are not finite"


@dataclass(frozen=True)
class Paired:
    """What a pair maker returns.

    Attributes
    ----------
    rows : DataFrame
        One row a pair: ``pair``, its number; ``image1`` and ``image2``, rows of the answers, -1
        where x2 is none of them; ``target``, the class of x2; ``distance``; ``shown``, whether it
        may be in the paper's tables; and columns of the maker's own, float64.
    x1, x2 : uint8 [pairs, c, h, w] or float32 [pairs, ...]
    candidates : bool [images]
        The images that a pair could begin with.
    """

    rows: pd.DataFrame
    x1: NDArray[Any]
    x2: NDArray[Any]
    candidates: NDArray[np.bool_]


@step(
    reads={"images": IMAGES, "classes": CLASSES, "pixels": PIXELS, "weights": [WEIGHTS]},
    writes={"answers": ANSWERS, "pairs": PAIRS, "summary": NETWORKS, "ends": ENDS},
    gpu=True,
)
def pair_images(
    images: pd.DataFrame,
    classes: pd.DataFrame,
    pixels: Arrays,
    weights: Sequence[Arrays],
    *,
    experiment: str,
    network: int,
    classifier: dict[str, Any],
    pairs: dict[str, Any],
    shown_pairs: int,
    memory_gb: float | None,
    own: bool = False,
    device: str = "cpu",
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, NDArray[Any]]]:
    """Classify the test images, and make pairs of those that are classified correctly.

    Of a model of the user's ``own`` it is an error if there is no pair.

    Returns
    -------
    answers : DataFrame
        One row a test image, as :data:`~fcflow.experiments.images.columns.ANSWERS`.
    pairs : DataFrame
        One row a pair, as :data:`~fcflow.experiments.images.columns.PAIRS`.
    summary : DataFrame
        One row, as :data:`~fcflow.experiments.images.columns.NETWORKS`.
    ends : dict
        ``x1`` and ``x2``, uint8 [pairs, c, h, w].

    Raises
    ------
    InputError
        If the network's weights cannot be had, or the pairs cannot be as they are asked for; of
        one's own, if there are none.
    """
    tested = (images["part"] == "test").to_numpy()
    x = pixels["pixels"][tested]
    opened = open_network(classifier, weights, x.shape[1:], memory_gb=memory_gb, device=device)
    answers, count = _answers(images[tested], classes, x, opened, device)
    if own and not answers["probability"].notna().any():
        raise InputError(
            f"images.{experiment}: the model's logits are not finite for any of {len(answers)}"
            " inputs; check its weights, data.mean and data.std"
        )
    if own and not answers["correct"].any():
        raise InputError(_none_correct(experiment, answers))
    keys = {key: value for key, value in pairs.items() if key != "kind"}
    maker = load_entry("pair_maker", pairs["kind"])
    made: Paired = maker(answers, x, classes, opened.model, device=device, **keys)
    if own and made.rows.empty:
        raise InputError(
            f"images.{experiment}.pairs: no pair of correctly classified inputs of two classes;"
            f" {int(answers['correct'].sum())} of {len(answers)} are classified correctly; if that"
            " is less than expected, look at the weights, data.mean, data.std and data.classes, the"
            " classes in the order of the model's outputs"
        )

    place: dict[str, Any] = {"experiment": experiment, "network": network}
    rows = described(made.rows, answers, classes, shown_pairs)
    correct = answers["correct"].to_numpy()
    summary = {
        "weights_sha256": opened.sha256,
        "batch": opened.batch,
        "classes": count,
        "images": len(answers),
        "correct": correct.sum(),
        "test_accuracy": correct.mean(),
        "at_chance": is_at_chance(int(correct.sum()), answers["label"].to_numpy(), count),
        "candidates": made.candidates.sum(),
        "correct_candidates": (made.candidates & correct).sum(),
        "pairs": len(rows),
    }
    networks = NETWORKS.table([place | summary])
    counts = f"{correct.sum()} of {len(answers)} images classified correctly, {len(rows)} pairs\n"
    sys.stderr.write(word_of_chance(networks) or counts)
    return (
        ANSWERS.table(answers.assign(**place)),
        PAIRS.table(rows.assign(**place)),
        networks,
        {"x1": made.x1, "x2": made.x2},
    )


def _none_correct(experiment: str, answers: pd.DataFrame) -> str:
    first = answers.iloc[0]
    return (
        f"images.{experiment}: none of {len(answers)} inputs is classified correctly;"
        f" {first['name']} is taken for {first['predicted_name']}: check data.mean, data.std and"
        " data.classes, the classes in the order of the model's outputs"
    )


def _answers(
    images: pd.DataFrame, classes: pd.DataFrame, pixels: NDArray[Any], network: Network, device: str
) -> tuple[pd.DataFrame, int]:
    """Return the images with what the network says to them, and its number of classes."""
    with torch.no_grad():
        logits = torch.cat(
            [
                network.model(as_tensor(pixels[part], device)).cpu()
                for part in chunks(len(pixels), network.batch)
            ]
        )
    label = torch.tensor(images["label"].to_numpy())
    predicted, said = likeliest(logits), _has_answer(logits)
    name = dict(zip(classes["label"], classes["name"], strict=True))
    probability = logits.double().softmax(dim=1).gather(1, label[:, None])[:, 0]
    answers = images.reset_index(drop=True).assign(
        predicted=predicted.numpy(),
        predicted_name=[
            name[number] if there else _NO_ANSWER
            for number, there in zip(predicted.tolist(), said.tolist(), strict=True)
        ],
        correct=(said & (predicted == label)).numpy(),
        probability=probability.where(said, torch.nan).numpy(),
    )
    return answers, logits.shape[1]


def _has_answer(logits: Tensor) -> Tensor:
    """Return which rows have numbers; a class that is ruled out may be at minus infinity."""
    return (~logits.isnan() & (logits != torch.inf)).all(dim=1) & logits.isfinite().any(dim=1)


def described(
    rows: pd.DataFrame, answers: pd.DataFrame, classes: pd.DataFrame, shown_pairs: int
) -> pd.DataFrame:
    """Return a pair maker's rows with names, classes and places."""
    first = answers.iloc[rows["image1"]]
    image = np.append(answers["image"], -1)  # a row of -1 is its last
    name = dict(zip(classes["label"], classes["name"], strict=True))
    altered = rows["image2"].to_numpy() < 0
    name1 = first["name"].to_numpy()
    name2 = np.append(answers["name"], "")[rows["image2"]]
    return rows.assign(
        image1=first["image"].to_numpy(),
        image2=image[rows["image2"]],
        name1=name1,
        name2=np.where(altered, name1 + " altered", name2),
        source=first["label"].to_numpy(),
        class1=first["label"].map(name).to_numpy(),
        class2=rows["target"].map(name),
        half_distance=rows["distance"] / 2,
        place=places(rows["shown"], shown_pairs),
    ).drop(columns="shown")


def places(shown: "pd.Series[bool]", most: int) -> "pd.Series[int]":
    """Return the place of each pair in the paper's tables, from 1; 0 where it is in none.

    Examples
    --------
    >>> places(pd.Series([True, False, True, True]), 2).tolist()
    [1, 0, 2, 0]
    """
    number = shown.cumsum()
    return number.where(shown & (number <= most), 0)
