"""Whether this machine has a GPU, without loading PyTorch."""

from pathlib import Path


def has_gpu(device: str) -> bool:
    """Return whether steps that can use a GPU should request one.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        The configuration's ``device``. With ``auto``, a GPU known to NVIDIA's driver is used.
    """
    return device == "cuda" or (
        device == "auto" and any(Path("/proc/driver/nvidia/gpus").glob("*"))
    )
