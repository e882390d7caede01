"""Compile all kernels of the package before their first use.

Numba keeps the compiled code in its cache beside the sources.
"""

from typing import Any

import numpy as np
import torch

from fcflow.certified.hidden_layer import certified_radius
from fcflow.data.fresh_corners import fresh_corners
from fcflow.networks.affine import initial_affine_network
from fcflow.networks.pooled_convolution import pooled_convolution
from fcflow.networks.relu import initial_relu_network
from fcflow.theory.class_distance import class_distance
from fcflow.theory.closest_vector import nearest_other_class
from fcflow.training.affine import train_affine
from fcflow.training.affine_fresh import AffineFreshTraining
from fcflow.training.relu import train_relu
from fcflow.training.relu_fresh import ReluFreshTraining
from fcflow.training.schedule import shuffled_order


def compile_kernels() -> None:
    """Run a smallest case of every compiled function, with every dtype that the workflow uses.

    This takes half a minute the first time, and no time if the cache is up to date.
    """
    A = np.array([[2.0, 0.0, 1.0], [0.0, 2.0, 1.0], [0.0, 0.0, 1.0]])
    nearest_other_class(A, [1, 1, 1])
    class_distance(A)
    certified_radius(
        [[3.0, 4.0], [0.0, 1.0]], [0.0, -9.0], [1.0, 1.0], -5.0, [[3.0, 4.0]], upper=[4.5]
    )
    x, sign, order = [[1.0], [-1.0]], [1, -1], shuffled_order(2, 1, seed=0)
    for dtype in (np.float32, np.float64):
        train_affine(
            initial_affine_network(d=1, hidden=2, seed=0, dtype=dtype), x, sign, order, batch_size=1
        )
    train_relu(initial_relu_network(d=1, hidden=2, depth=2, seed=0), x, sign, order, batch_size=1)
    fresh: dict[str, Any] = {"batch_size": 1, "decay_steps": 1.0}
    start = initial_affine_network(d=1, hidden=2, seed=0)
    AffineFreshTraining(start, np.eye(1), 0, **fresh).advance(1)
    layers = initial_relu_network(d=1, hidden=2, depth=1, seed=0)
    ReluFreshTraining(layers, np.eye(1), 0, **fresh).advance(1)
    fresh_corners(np.uint64(0), 0, 1, 1)
    for precision in (torch.float32, torch.float64):
        weight = torch.ones(1, 1, 3, 3, dtype=precision, requires_grad=True)
        pooled_convolution(torch.ones(1, 1, 4, 4, dtype=precision), weight, None).sum().backward()
