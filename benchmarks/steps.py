"""What the steps of a finished run took, beside the least that their arithmetic takes."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.measure import median_seconds
from fcflow.networks.imagenet import load_classifier, model_card
from fcflow.networks.mnist_cnn import initial_mnist_cnn

_SPENT = re.compile(
    r"^(\w+): ([\d.]+) core-seconds, (\d+) MiB at most of (\d+) asked for$", flags=re.M
)
IMAGES = ("mnist", "imagenet")
_ADAM_BYTES = 24  # a float32 weight and its two moments, each read and written


def against_the_floor(root: Path = Path()) -> pd.DataFrame:
    """Core-seconds of each rule in the last run, its memory beside what it asks for, its floor.

    ``share`` is the most that a step of the rule occupied, as a share of what that step asked for.
    """
    spent = _spent(root / "logs")
    if spent.empty:
        raise SystemExit("logs/: no finished run to read; run make paper first")
    floors = _floors(root / "results")
    rows = []
    for rule, jobs in spent.groupby("rule"):
        seconds, floor = jobs["s"].sum(), floors.get(str(rule), float("nan"))
        rows.append(
            {
                "rule": rule,
                "jobs": len(jobs),
                "core_s": seconds,
                "floor_s": floor,
                "over_floor": seconds / floor,
                "MiB": jobs["MiB"].max(),
                "share": (jobs["MiB"] / jobs["asked"]).max(),
            }
        )
    return pd.DataFrame(rows).sort_values("core_s", ascending=False, ignore_index=True)


def _spent(logs: Path) -> pd.DataFrame:
    lines = [
        _SPENT.findall(path.read_text(encoding="utf-8", errors="replace"))[-1:]
        for path in sorted(logs.rglob("*.log"))
    ]
    rows = [
        (rule, float(s), int(size), int(asked)) for line in lines for rule, s, size, asked in line
    ]
    return pd.DataFrame(rows, columns=["rule", "s", "MiB", "asked"])


def _floors(results: Path) -> dict[str, float]:
    """Return the seconds of each rule whose work can be counted, at the machine's own rates.

    Arithmetic counts at the rate of one large matrix product, which nothing else reaches.
    """
    product, copy = _product_rate(), _copy_rate()
    work: dict[str, Callable[[], float]] = {
        "train_affine": lambda: _affine_bytes(results) / copy,
        "train_relu": lambda: _relu_flop(results) / product,
        "train_mnist": lambda: _mnist_training_flop(results) / product,
        "attack_images": lambda: sum(_attack_flop(results, one) for one in IMAGES) / product,
        "probe_images": lambda: sum(_probe_flop(results, one) for one in IMAGES) / product,
    }
    return {rule: count() for rule, count in work.items()}


def _affine_bytes(results: Path) -> float:
    """Return the bytes that Adam moves: no step of these networks touches their activations."""
    runs = pd.read_parquet(results / "linear" / "experiments.parquet")
    weights = runs["hidden"] * (runs["d"] + 3) + 2
    steps = runs["epochs"] * np.ceil(runs["n_points"] / runs["batch_size"])
    return float((_ADAM_BYTES * weights * steps).sum())


def _relu_flop(results: Path) -> float:
    """Return the multiplications and additions of the layers' products, forward and backward."""
    runs = pd.read_parquet(results / "relu" / "experiments.parquet")
    first = runs["d"] * runs["hidden"]
    weights = first + (runs["depth"] - 1) * runs["hidden"] ** 2 + 2 * runs["hidden"]
    # Forward, by the weights and by the inputs; the first layer's inputs need no gradient.
    point = 2 * (3 * weights - first)
    return float((point * runs["n_points"] * runs["epochs"]).sum())


def _mnist_training_flop(results: Path) -> float:
    epochs = pd.concat(map(pd.read_parquet, (results / "mnist").glob("network*/training.parquet")))
    seen = int(epochs["train_images"].sum())
    return 3.0 * _forward_flop("mnist") * seen


def _attack_flop(results: Path, experiment: str) -> float:
    attacks = pd.read_parquet(results / experiment / "attacks.parquet")
    evaluations = attacks["n_forward"].sum() + attacks["n_backward"].sum()
    return float(evaluations) * _forward_flop(experiment)


def _probe_flop(results: Path, experiment: str) -> float:
    pairs = pd.read_parquet(results / experiment / "experiments.parquet")
    return 2.0 * float(pairs["n_gradients"].sum()) * _forward_flop(experiment)


def _forward_flop(experiment: str) -> float:
    """Return what one evaluation of the default configuration's network costs."""
    if experiment == "mnist":
        network: nn.Module = initial_mnist_cnn((32, 64), 128, mean=0.13, std=0.31, seed=0)
        network.conv2 = nn.Conv2d(32, 64, 3)
        example = torch.zeros(1, 1, 28, 28)
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            nn.functional.conv2d(example, network.conv1.weight)
            nn.functional.conv2d(torch.zeros(1, 32, 26, 26), network.conv2.weight)
            network.fc2(network.fc1(torch.zeros(1, 9216)))
    else:
        network, _ = load_classifier(model_card("tf_efficientnet_lite0"), "shipped")
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            network(torch.zeros(1, 3, 224, 224))
    return float(counter.get_total_flops())


def _product_rate() -> float:
    side = 1024
    square = np.random.default_rng(0).random((side, side), dtype=np.float32)
    out = np.empty_like(square)
    return 2 * side**3 / median_seconds(lambda: np.matmul(square, square, out=out))


def _copy_rate() -> float:
    """Return bytes per second, those read and those written, of a buffer that the cache holds."""
    source = np.zeros(45_000, dtype=np.float32)  # as many weights as d = 12, m = 3000 has
    target = np.empty_like(source)

    def copies() -> None:
        for _ in range(1000):
            target[:] = source

    return 2 * 1000 * source.nbytes / median_seconds(copies)
