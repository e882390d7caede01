"""Whether this machine has a GPU, without loading PyTorch."""

import os
from pathlib import Path


def has_gpu(device: str) -> bool:
    """Return whether steps that can use a GPU should request one.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        The configuration's ``device``. With ``auto``, a GPU known to NVIDIA's driver is used,
        unless ``CUDA_VISIBLE_DEVICES`` hides all of them.
    """
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    there = any(Path("/proc/driver/nvidia/gpus").glob("*"))
    return device == "cuda" or (device == "auto" and there and not hidden)
