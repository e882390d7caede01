"""What a process keeps of the memory that it freed."""

import ctypes
import os

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # numbers of mallopt's parameters, from glibc's malloc.h
# 1 GiB. Freed memory up to this size stays with the process, which then occupies as much as it ever
# did; the memory of larger arrays is still returned to the system at once.
_KEPT_BYTES = 2**30


def keep_freed_memory() -> None:
    """Make the C library keep the memory of large arrays for the next ones, if it is glibc.

    By default, glibc returns the memory of a large array to the system when it is freed, and the
    system has to provide every page of the next array anew. On the CPU, this took a sixth of the
    training of a convolutional network. Other C libraries are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _KEPT_BYTES)
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
