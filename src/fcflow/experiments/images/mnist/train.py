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
    labels = images["label"].to_numpy()
    parts = {part: (images["part"] == part).to_numpy() for part in ("train", "test")}
    train, test = (
        (as_tensor(pixels["pixels"][rows], device), torch.from_numpy(labels[rows]).to(device))
        for rows in parts.values()
    )
    known = {
        "network": network,
        "seed": own_seed,
        "train_images": len(train[1]),
        "test_images": len(test[1]),
    }
    rows: list[dict[str, Any]] = []
    with tqdm(total=epochs, desc="epochs", unit="epoch") as bar:

        def after(epoch: Epoch) -> None:
            correct = round(epoch.test_accuracy * len(test[1]))
            chance = is_at_chance(correct, labels[parts["test"]], _CLASSES)
            rows.append({**known, **asdict(epoch), "at_chance": chance})
            bar.update()

        options: dict[str, Any] = {"batch_size": batch_size, "epochs": epochs, "seed": own_seed}
        adadelta = Adadelta(learning_rate, learning_rate_decay, rho, epsilon)
        shares = (dropout[0], dropout[1])
        train_mnist(start, train, test, **options, adadelta=adadelta, dropout=shares, after=after)
    if rows[-1]["at_chance"]:
        accuracy = rows[-1]["test_accuracy"]
        print(f"ACCURACY AT CHANCE: network {network} has test accuracy {accuracy:.3f}")  # noqa: T201
    return TRAINING.table(rows), network_arrays(start)
