"""Measures of feature compression, and everything that rebuilds the paper they come from.

The names listed in ``__all__`` are the public API. They are imported on first use, so that ``import fcflow`` costs
nothing and a workflow step loads only what it computes with.

Sources are cited as [FC] (arXiv 2406.16200, second version) and [TU] (its earlier version, "Towards unlocking the
mystery of adversarial fragility of neural networks").
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fcflow.theory.closest_vector import nearest_other_class

__all__ = ["nearest_other_class"]

_HOME = {"nearest_other_class": "fcflow.theory.closest_vector"}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("fcflow.version").VERSION
    if name not in _HOME:
        raise AttributeError(f"module 'fcflow' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
