"""The training of one network."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from fcflow.experiments.images.chance import is_at_chance
from fcflow.experiments.images.columns import IMAGES, PIXELS, WEIGHTS
from fcflow.experiments.images.mnist.columns import TRAINING
from fcflow.experiments.images.network import Arrays, as_tensor
from fcflow.networks.mnist_cnn import initial_mnist_cnn, network_arrays
from fcflow.seeds import run_seed
from fcflow.steps import step
from fcflow.training.mnist import Adadelta, Epoch, train_mnist

_CLASSES = 10


@step(
    reads={"images": IMAGES, "pixels": PIXELS},
    writes={"training": TRAINING, "weights": WEIGHTS},
    gpu=True,
)
def train_network(
    images: pd.DataFrame,
    pixels: Arrays,
    *,
    network: int,
    classifier: dict[str, Any],
    channels: Sequence[int],
    hidden: int,
    dropout: Sequence[float],
    batch_size: int,
    epochs: int,
    learning_rate: float,
    learning_rate_decay: float,
    rho: float,
    epsilon: float,
    seed: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, dict[str, NDArray[Any]]]:
    """Train the network of this number; its seed decides weights, order of images and dropout.

    Returns
    -------
    rows : DataFrame
        One row an epoch, as :data:`~fcflow.experiments.images.mnist.columns.TRAINING`.
    weights : dict
        By their ``state_dict`` names.

    Raises
    ------
    FcflowError
        If training diverges.
    """
    own_seed = run_seed(seed, "mnist", network)
    normalised = {"mean": classifier["mean"], "std": classifier["std"]}
    size = (channels[0], channels[1])
    start = initial_mnist_cnn(size, hidden, **normalised, seed=own_seed, device=device)
    chosen = {part: (images["part"] == part).to_numpy() for part in ("train", "test")}
    labels = images["label"].to_numpy()
    train, test = (
        (as_tensor(pixels["pixels"][rows], device), torch.from_numpy(labels[rows]).to(device))
        for rows in chosen.values()
    )
    rows: list[dict[str, Any]] = []
    sizes = {"train_images": len(train[1]), "test_images": len(test[1])}
    with tqdm(total=epochs, desc="epochs", unit="epoch") as bar:

        def after(epoch: Epoch) -> None:
            correct = round(epoch.test_accuracy * len(test[1]))
            chance = is_at_chance(correct, labels[chosen["test"]], _CLASSES)
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
    table = TRAINING.table(rows)
    if rows[-1]["at_chance"]:
        print(  # noqa: T201
            f"ACCURACY AT CHANCE: network {network} has test accuracy"
            f" {rows[-1]['test_accuracy']:.3f}"
        )
    return table, network_arrays(start)
