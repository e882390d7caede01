"""Training on points drawn for each step, against plain PyTorch on the very same points."""

import numpy as np
import pandas as pd
import torch

from benchmarks.measure import compare
from fcflow.data.hypercube import draw_matrix
from fcflow.networks.affine import initial_affine_network
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.training.affine_fresh import AffineFreshTraining
from fcflow.training.reference import plain_affine_module, train_plainly_on_fresh_points
from fcflow.training.relu_fresh import ReluFreshTraining

HIDDEN, DECAY = 3000, 256.0
# Dimensions, batch sizes and steps, with the aim for the ratio to plain PyTorch.
LINEAR = ((12, 64, 640, 12.0), (12, 256, 160, 30.0), (12, 1024, 40, 110.0), (64, 512, 40, 30.0))
RELU = ((12, 64, 640, 5.0), (12, 256, 160, 5.0), (32, 256, 80, 5.0))


def against_plain_pytorch() -> pd.DataFrame:
    """Trainings on fresh points on one core: m = 3000, float32, one hidden layer."""
    torch.set_num_threads(1)
    rows = [_row("linear", *sizes) for sizes in LINEAR]
    return pd.DataFrame([*rows, *(_row("relu", *sizes) for sizes in RELU)])


def _row(kind, d, batch_size, steps, wanted):
    A = draw_matrix(d, 5.0, 0)

    def ours(dtype=np.float32):
        training = _start(kind, d, dtype, A, batch_size)
        training.advance(steps)
        return training.network()

    def plain(dtype=np.float32):
        module = _module(kind, d, dtype)
        train_plainly_on_fresh_points(module, A, 0, steps, batch_size=batch_size, decay_steps=DECAY)
        return module

    row = {"network": kind, "d": d, "batch_size": batch_size, **compare(ours, plain)._asdict()}
    # It shows that the benchmark times two implementations of the same training.
    weights = ours(np.float64).arrays().values()
    theirs = [parameter.detach().numpy() for parameter in plain(np.float64).parameters()]
    worst = max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(weights, theirs, strict=True))
    return row | {"wanted": wanted, "largest_relative_difference_float64": worst}


def _start(kind, d, dtype, A, batch_size):
    options = {"batch_size": batch_size, "decay_steps": DECAY}
    if kind == "linear":
        return AffineFreshTraining(initial_affine_network(d, HIDDEN, 0, dtype), A, 0, **options)
    return ReluFreshTraining(initial_relu_network(d, HIDDEN, 1, 0, dtype), A, 0, **options)


def _module(kind, d, dtype):
    if kind == "linear":
        return plain_affine_module(initial_affine_network(d, HIDDEN, 0, dtype))
    return relu_module(initial_relu_network(d, HIDDEN, 1, 0, dtype))
