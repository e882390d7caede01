"""The keys of the linear experiment ([FC] §6, Tables 1 and 2, Figure 2)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from fcflow.config.fields import Count, Name, Share, without_null
from fcflow.experiments.hypercube.studies import Experiment, Study


class LinearStudy(Study):
    """A study of linear networks."""

    stop_when_perfect: bool | None = None
    """As in the section, for this study alone."""
    keep_weights: bool = False
    """Store the trained weights and not only the map that they compute. Source: ours."""


class Settings(Experiment):
    """Linear networks ([FC] §6, Tables 1 and 2, Figure 2)."""

    _folder: ClassVar[str] = "results/linear"
    _paper_studies: ClassVar[Mapping[str, set[str]]] = {
        "table1": set(),
        "table2": set(),
        "batch_size": {"batch_sizes"},
        "dimension": {"dims"},
    }

    stop_when_perfect: bool
    """Stop a run after the first epoch that ends with training accuracy 1. Source: ours; the papers
    train all epochs."""
    optimal_points: Annotated[int, Field(ge=0)]
    """Points of a run at which the optimal classifier's robustness is computed exactly, and which
    get a row of their own in ``points.parquet``. Source: ours."""
    optimal_max_nodes: Count
    """Where that exact search is given up; such points are left out of ``n_optimal_proved`` and of
    averages. Source: ours."""
    cos_theta2_threshold: Share
    """Runs with |cos θ2| above it enter Table 2's averages. Source: 0.9, [TU] §6."""
    studies: Annotated[dict[Name, LinearStudy], BeforeValidator(without_null)]
    """The runs that belong together, by name. Tables and figure are made from ``table1``,
    ``table2``, ``batch_size``, ``dimension`` and those whose name starts with ``dimension_``:
    ``dimension_high`` trains the papers' 20 epochs where hardly a run is valid,
    ``dimension_longer`` trains on until a run is."""
