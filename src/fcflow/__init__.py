"""Measures of feature compression, and everything that rebuilds the paper they come from.

The names listed in ``__all__`` are the public API. They are imported on first use, so that ``import
fcflow`` costs nothing and a workflow step loads only what it computes with.

Sources are cited as [FC] (arXiv 2406.16200, second version) and [TU] (its earlier version, "Towards
unlocking the mystery of adversarial fragility of neural networks").
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fcflow.certified.bracket import Bracket, bracket
    from fcflow.certified.perturbation import CertifiedPerturbation, certified_perturbation
    from fcflow.compression.factors import Factors, factors
    from fcflow.compression.feature import feature_compression, projection_ratio, span_ratio
    from fcflow.compression.path import PathCompression, path_compression
    from fcflow.minimal.perturbation import minimal_perturbation
    from fcflow.minimal.result import MinimalPerturbation
    from fcflow.own.pairs import measure_pairs
    from fcflow.theory.closest_vector import nearest_other_class

__all__ = [
    "Bracket",
    "CertifiedPerturbation",
    "Factors",
    "MinimalPerturbation",
    "PathCompression",
    "bracket",
    "certified_perturbation",
    "factors",
    "feature_compression",
    "measure_pairs",
    "minimal_perturbation",
    "nearest_other_class",
    "path_compression",
    "projection_ratio",
    "span_ratio",
]

_HOME = {
    "Bracket": "fcflow.certified.bracket",
    "bracket": "fcflow.certified.bracket",
    "certified_perturbation": "fcflow.certified.perturbation",
    "CertifiedPerturbation": "fcflow.certified.perturbation",
    "Factors": "fcflow.compression.factors",
    "factors": "fcflow.compression.factors",
    "MinimalPerturbation": "fcflow.minimal.result",
    "PathCompression": "fcflow.compression.path",
    "feature_compression": "fcflow.compression.feature",
    "measure_pairs": "fcflow.own.pairs",
    "minimal_perturbation": "fcflow.minimal.perturbation",
    "nearest_other_class": "fcflow.theory.closest_vector",
    "path_compression": "fcflow.compression.path",
    "projection_ratio": "fcflow.compression.feature",
    "span_ratio": "fcflow.compression.feature",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("fcflow.version").VERSION
    if name not in _HOME:
        raise AttributeError(f"module 'fcflow' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
