"""Training of ReLU networks, against plain PyTorch and against its matrix products alone."""

import numpy as np
import pandas as pd
import torch

from benchmarks.measure import compare, median_seconds
from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.training.reference import train_plainly
from fcflow.training.relu import train_relu
from fcflow.training.schedule import shuffled_order

DIM, HIDDEN = 12, 3000
BATCH_SIZES = (64, 256)
WANTED = 3.0  # the aim for the ratio to plain PyTorch


def make(epochs, dtype=np.float32, seed=0):
    """Return a start, points, signs and order."""
    points = hypercube_points(draw_matrix(DIM, 5.0, seed), sample=None, seed=seed)
    order = shuffled_order(len(points.x), epochs, seed)
    return initial_relu_network(DIM, HIDDEN, 1, seed, dtype), points.x, points.sign, order


def against_plain_pytorch() -> pd.DataFrame:
    """Whole trainings of one hidden layer on one core: d = 12, m = 3000, 20 epochs, float32."""
    torch.set_num_threads(1)
    rows = []
    for batch_size in BATCH_SIZES:
        training = make(epochs=20)

        def ours(training=training, batch_size=batch_size):
            return train_relu(*training, batch_size=batch_size)

        def plain(training=training, batch_size=batch_size):
            train_plainly(relu_module(training[0]), *training[1:], batch_size=batch_size)

        times = compare(ours, plain)
        difference = {"largest_relative_difference_float64": _difference(batch_size)}
        rows.append({"batch_size": batch_size, **times._asdict(), "wanted": WANTED} | difference)
    return pd.DataFrame(rows)


def _difference(batch_size):
    """Return the largest difference of the two trainings in float64, relative to their weights.

    It shows that the benchmark times two implementations of the same training.
    """
    training = make(epochs=20, dtype=np.float64)
    ours = train_relu(*training, batch_size=batch_size).arrays().values()
    module = relu_module(training[0])
    train_plainly(module, *training[1:], batch_size=batch_size)
    pairs = zip(
        ours, (parameter.detach().numpy() for parameter in module.parameters()), strict=True
    )
    return max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs)


def against_the_floor() -> pd.DataFrame:
    """One step against its two matrix products alone, by NumPy with the same shapes and buffers."""
    side = 1024  # a product large enough to reach the processor's full rate
    square = np.random.default_rng(0).random((side, side), dtype=np.float32)
    large = 2 * side**3 / median_seconds(lambda: square @ square) / 1e9
    rows = []
    for batch_size in BATCH_SIZES:
        training = make(epochs=20)
        steps = training[3].shape[0] * -(-training[3].shape[1] // batch_size)
        step = median_seconds(lambda t=training, b=batch_size: train_relu(*t, batch_size=b)) / steps
        products, flop = _products(batch_size), 2 * 2 * HIDDEN * (DIM + 1) * batch_size
        rows.append(
            {
                "batch_size": batch_size,
                "step_us": step * 1e6,
                "products_us": products * 1e6,
                "step_over_products": step / products,
                "step_GFLOP_per_s": flop / step / 1e9,
                "products_GFLOP_per_s": flop / products / 1e9,
                "large_product_GFLOP_per_s": large,
            }
        )
    return pd.DataFrame(rows)


def _products(batch_size, repetitions=1000):
    """Return the seconds for the products of one step.

    They are weights by inputs and gradient by inputs. The biases are a column of the weights.
    """
    draw = np.random.default_rng(0)
    shapes = ((HIDDEN, DIM + 1), (DIM + 1, batch_size), (HIDDEN, batch_size))
    weights, inputs, activations = (draw.random(shape, dtype=np.float32) for shape in shapes)
    gradient = np.empty_like(weights)

    def work():
        for _ in range(repetitions):
            np.matmul(weights, inputs, out=activations)
            np.matmul(activations, inputs.T, out=gradient)

    return median_seconds(work) / repetitions
