"""Whether this machine has a GPU, without loading PyTorch."""

import os
from pathlib import Path

_NONE = ("", "-1", "NoDevFiles")  # what CUDA_VISIBLE_DEVICES says where all GPUs are hidden
_DRIVER = Path("/proc/driver/nvidia/gpus")


def has_gpu(device: str) -> bool:
    """Return whether steps that can use a GPU use one here, where they run.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        The configuration's ``device``. With ``auto``, a GPU known to NVIDIA's driver is used,
        unless ``CUDA_VISIBLE_DEVICES`` hides all of them. In a job of Slurm's it has to name those
        that the job was granted: a node shows its GPUs to jobs that have none, too.
    """
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    granted = visible is not None or "SLURM_JOB_ID" not in os.environ
    there = any(_DRIVER.glob("*"))
    return device == "cuda" or (device == "auto" and there and granted and visible not in _NONE)


def gpus_to_request(device: str, offered: int) -> int:
    """Return how many GPUs a step asks for that is submitted to run elsewhere.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        The configuration's ``device``.
    offered : int
        GPUs of a job, as the profile or ``--resources gpu=1`` says. With ``auto``, one of them is
        asked for, whatever the submitting machine has.

    Examples
    --------
    >>> gpus_to_request("auto", offered=0), gpus_to_request("auto", offered=2)
    (0, 1)
    >>> gpus_to_request("cuda", offered=0), gpus_to_request("cpu", offered=2)
    (1, 0)
    """
    return {"cpu": 0, "cuda": 1, "auto": min(1, offered)}[device]
