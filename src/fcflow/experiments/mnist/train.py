"""Stage 2: train one network."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy.stats import binomtest
from torch import Tensor
from tqdm import tqdm

from fcflow.experiments.mnist.schemas import TRAINING, as_table
from fcflow.networks.mnist_cnn import initial_mnist_cnn, network_arrays
from fcflow.seeds import run_seed
from fcflow.training.mnist import Adadelta, Epoch, train_mnist

_SIGNIFICANCE = 0.05


def as_images(pixels: NDArray[np.uint8], device: str = "cpu") -> Tensor:
    """Return grey levels [n, 28, 28] as the network's input, float32 [n, 1, 28, 28] in [0, 1].

    Examples
    --------
    >>> as_images(np.full((2, 28, 28), 255, np.uint8)).amax()
    tensor(1.)
    """
    return torch.from_numpy(pixels.astype(np.float32) / np.float32(255))[:, None].to(device)


def is_at_chance(correct: int, labels: NDArray[np.int64]) -> bool:
    """Return whether as many correct answers are no surprise from always guessing the most frequent label.

    Examples
    --------
    >>> is_at_chance(14, np.arange(100) % 10), is_at_chance(60, np.arange(100) % 10)
    (True, False)
    """
    share = float(np.bincount(labels).max() / labels.size)
    return share == 1 or bool(
        binomtest(correct, labels.size, share, alternative="greater").pvalue >= _SIGNIFICANCE
    )


def train_network(
    images: pd.DataFrame,
    pixels: NDArray[np.uint8],
    *,
    network: int,
    channels: Sequence[int],
    hidden: int,
    dropout: Sequence[float],
    mean: float,
    std: float,
    batch_size: int,
    epochs: int,
    learning_rate: float,
    learning_rate_decay: float,
    rho: float,
    epsilon: float,
    seed: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Train the network of this number; its seed decides its weights, the order of images and dropout.

    Returns
    -------
    rows : DataFrame
        One row an epoch, as :data:`~fcflow.experiments.mnist.schemas.TRAINING`.
    weights : dict
        By their ``state_dict`` names.

    Raises
    ------
    FcflowError
        If training diverges.
    """
    own_seed = run_seed(seed, "mnist", network)
    start = initial_mnist_cnn(
        (channels[0], channels[1]), hidden, mean=mean, std=std, seed=own_seed, device=device
    )
    chosen = {part: (images["part"] == part).to_numpy() for part in ("train", "test")}
    labels = images["label"].to_numpy()
    train, test = (
        (as_images(pixels[rows], device), torch.from_numpy(labels[rows]).to(device))
        for rows in chosen.values()
    )
    rows: list[dict[str, Any]] = []
    sizes = {"train_images": len(train[1]), "test_images": len(test[1])}
    with tqdm(total=epochs, desc="epochs", unit="epoch") as bar:

        def after(epoch: Epoch) -> None:
            chance = is_at_chance(round(epoch.test_accuracy * len(test[1])), labels[chosen["test"]])
            rows.append(
                {
                    "network": network,
                    "seed": own_seed,
                    **asdict(epoch),
                    **sizes,
                    "at_chance": chance,
                }
            )
            bar.update()

        adadelta = Adadelta(learning_rate, learning_rate_decay, rho, epsilon)
        options: dict[str, Any] = {
            "batch_size": batch_size,
            "epochs": epochs,
            "adadelta": adadelta,
            "seed": own_seed,
        }
        train_mnist(start, train, test, **options, dropout=(dropout[0], dropout[1]), after=after)
    table = as_table(rows, TRAINING)
    if rows[-1]["at_chance"]:
        print(  # noqa: T201
            f"ACCURACY AT CHANCE: network {network} has test accuracy"
            f" {rows[-1]['test_accuracy']:.3f}"
        )
    return table, network_arrays(start)
