"""How exactly networks are computed."""

import torch


def fix_arithmetic() -> None:
    """Compute the same numbers whatever a machine's cores: in one thread; on a GPU in full float32, in a fixed order.

    By default PyTorch lets a GPU round what a convolution multiplies to ten bits, and choose an
    algorithm by its speed.
    """
    torch.set_num_threads(1)
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
