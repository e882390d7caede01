"""The training of one network."""

from typing import Any

import pandas as pd
import torch
from fcflow.experiments.images.digits8.network import dense
from numpy.typing import NDArray

from fcflow.experiments.images.columns import IMAGES, PIXELS, WEIGHTS
from fcflow.experiments.images.network import Arrays, as_tensor
from fcflow.networks.arithmetic import fix_arithmetic
from fcflow.seeds import run_seed
from fcflow.steps import step


@step(reads={"images": IMAGES, "pixels": PIXELS}, writes={"weights": WEIGHTS}, gpu=True)
def train_digits8(
    images: pd.DataFrame,
    pixels: Arrays,
    *,
    network: int,
    hidden: int,
    steps: int,
    learning_rate: float,
    seed: int,
    device: str = "cpu",
) -> dict[str, NDArray[Any]]:
    """Train the network of this number on all training images at once, and return its weights."""
    fix_arithmetic()
    torch.manual_seed(run_seed(seed, "digits8", network) % 2**32)
    train = (images["part"] == "train").to_numpy()
    x = as_tensor(pixels["pixels"][train], device)
    labels = torch.from_numpy(images["label"].to_numpy()[train]).to(device)
    model = dense(hidden).to(device)
    adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(steps):
        adam.zero_grad()
        torch.nn.functional.cross_entropy(model(x), labels).backward()
        adam.step()
    return {name: tensor.cpu().numpy() for name, tensor in model.state_dict().items()}
