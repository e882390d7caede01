"""Whether a GPU is there, found out without loading PyTorch."""

from pathlib import Path


def has_gpu(device: str) -> bool:
    """Return whether steps that can use a GPU are to ask for one.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        The configuration's ``device``. ``auto`` looks for NVIDIA's driver.
    """
    return device == "cuda" or (
        device == "auto" and any(Path("/proc/driver/nvidia/gpus").glob("*"))
    )
