"""Training of linear networks, against plain PyTorch, against a lower bound, and its growth."""

import subprocess
import sys

import numpy as np
import pandas as pd
import torch
from numba import njit

from benchmarks.measure import compare, median_seconds
from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.networks.affine import initial_affine_network
from fcflow.training import affine_kernel
from fcflow.training.affine import train_affine
from fcflow.training.reference import plain_affine_module, train_plainly
from fcflow.training.schedule import shuffled_order

# The aims for the ratio to plain PyTorch, by batch size.
TARGETS = {64: 12.0, 256: 30.0, 1024: 110.0}


def make(d, hidden, epochs, sample=None, dtype=np.float32, seed=0):
    """Return a start, points, signs and order."""
    points = hypercube_points(draw_matrix(d, 5.0, seed), sample=sample, seed=seed)
    order = shuffled_order(len(points.x), epochs, seed)
    return initial_affine_network(d, hidden, seed, dtype), points.x, points.sign, order


def against_plain_pytorch() -> pd.DataFrame:
    """Whole trainings on one core: d = 12, m = 3000, 20 epochs, float32."""
    torch.set_num_threads(1)
    rows = []
    for batch_size, target in TARGETS.items():
        training = make(12, 3000, 20)

        def ours(training=training, batch_size=batch_size):
            return train_affine(*training, batch_size=batch_size)

        def plain(training=training, batch_size=batch_size):
            module = plain_affine_module(training[0])
            train_plainly(module, *training[1:], batch_size=batch_size)
            return module

        row = {"batch_size": batch_size, **compare(ours, plain)._asdict(), "wanted": target}
        rows.append(row | _agreement(training, batch_size))
    return pd.DataFrame(rows)


def _agreement(training, batch_size):
    """Return the largest difference of the two trainings in float64, relative to their weights.

    It shows that the benchmark times two implementations of the same training.
    """
    start = initial_affine_network(12, 3000, 0, np.float64)
    one_epoch = (training[1], training[2], training[3][:1])
    ours = train_affine(start, *one_epoch, batch_size=batch_size).network.arrays()
    module = plain_affine_module(start)
    train_plainly(module, *one_epoch, batch_size=batch_size)
    theirs = [parameter.detach().numpy() for parameter in module.parameters()]
    worst = max(
        np.abs(a - b).max() / np.abs(b).max() for a, b in zip(ours.values(), theirs, strict=True)
    )
    return {"largest_relative_difference_float64": worst}


@njit(**affine_kernel._COMPILE)
def _copy_many(source, target, repetitions):
    for _ in range(repetitions):
        for i in range(source.shape[0]):
            target[i] = source[i]


@njit(**affine_kernel._COMPILE)
def _adam_many(p, m, v, s, constants, repetitions):
    total = p.dtype.type(0)
    for _step in range(repetitions):
        for row in range(p.shape[0]):
            total += affine_kernel._adam_row(p[row], m[row], v[row], s, s, *constants)
    return total


def against_the_floor() -> pd.DataFrame:
    """One step of d = 12, m = 3000, against moving its bytes and against Adam alone."""
    # Rows of 12 for H1ᵀ, 1 for δ1 and 2 for H2. δ2's two numbers are left out.
    shape, repetitions = (15, 3000), 500
    p, m, v = (np.random.default_rng(i).random(shape).astype(np.float32) for i in range(3))
    s = np.random.default_rng(3).random(shape[1]).astype(np.float32)
    # A step reads three numbers and writes three for every weight, as three copies of a buffer do.
    copies = median_seconds(lambda: _copy_many(p.ravel(), m.ravel(), 3 * repetitions)) / repetitions
    constants = tuple(np.float32(c) for c in (0.01, 1e-3, 1.0, 1e-8, 0.9, 0.1, 0.999, 0.001))
    adam = median_seconds(lambda: _adam_many(p, m, v, s, constants, repetitions)) / repetitions
    rows = [
        {"what": "bytes of the step alone (three copies)", "us_per_step": copies * 1e6},
        {"what": "Adam alone, gradients at hand", "us_per_step": adam * 1e6},
    ]
    for batch_size in TARGETS:
        training = make(12, 3000, 20)
        steps = 20 * -(-4096 // batch_size)
        elapsed = median_seconds(lambda t=training, b=batch_size: train_affine(*t, batch_size=b))
        whole = elapsed / steps
        rows.append({"what": f"whole step, batch {batch_size}", "us_per_step": whole * 1e6})
    table = pd.DataFrame(rows)
    table["over_adam_alone"] = table["us_per_step"] / (adam * 1e6)
    # Six numbers of four bytes for every weight; bytes per µs are MB/s.
    table["GB_per_s"] = 24 * p.size / table["us_per_step"] / 1e3
    return table


def growth() -> pd.DataFrame:
    """Time of one epoch of 4,096 points against d, m and the number of runs."""
    rows = []
    for d in (8, 16, 32, 64, 128, 256):
        training = make(d, 3000, 1, sample=4096)
        rows.append({"against": "d", "size": d, "s": _epoch_seconds(training)})
    for hidden in (300, 1000, 3000, 10_000, 30_000):
        training = make(12, hidden, 1)
        rows.append({"against": "m", "size": hidden, "s": _epoch_seconds(training)})
    for runs in (1, 2, 4, 8, 16):
        elapsed = _epoch_seconds(*(make(12, 3000, 1, seed=seed) for seed in range(runs)))
        rows.append({"against": "runs", "size": runs, "s": elapsed})
    table = pd.DataFrame(rows)
    for name, group in table.groupby("against"):
        exponent = np.polyfit(np.log(group["size"]), np.log(group["s"]), 1)[0]
        table.loc[table["against"] == name, "exponent"] = exponent
    return table


def _epoch_seconds(*trainings):
    return median_seconds(
        lambda: [train_affine(*training, batch_size=64) for training in trainings]
    )


_MEMORY = """
from pathlib import Path
from benchmarks.training import make, train_affine, plain_affine_module, train_plainly

def status(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(key)).split()[1]) / 1024

training = make(12, 3000, 1)
start = make(3, 8, 1)
train_affine(*start, batch_size=4)
train_plainly(plain_affine_module(start[0]), *start[1:], batch_size=4)
before = status("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # resets the peak
{work}
print(status("VmHWM") - before)
"""


def memory() -> pd.DataFrame:
    """Memory that one epoch of d = 12, m = 3000 adds to the peak of a fresh process."""
    works = {
        "exact": "train_affine(*training, batch_size={b})",
        "plain": "train_plainly(plain_affine_module(training[0]), *training[1:], batch_size={b})",
    }
    rows = []
    for batch_size in (64, 4096):
        for way, work in works.items():
            code = _MEMORY.format(work=work.format(b=batch_size))
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            )
            rows.append({"batch_size": batch_size, "way": way, "added_MiB": float(done.stdout)})
    return pd.DataFrame(rows)
