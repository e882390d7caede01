"""PyTorch's settings for reproducible arithmetic."""

import torch


def fix_arithmetic() -> None:
    """Make PyTorch compute the same numbers for any number of cores, and in full float32 on a GPU.

    PyTorch then uses one thread, because the number of threads decides the order of summation. On a
    GPU, the default lets convolutions round their factors to ten bits, and choose their algorithm
    by a measurement of its speed; both are turned off.
    """
    torch.set_num_threads(1)
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
