"""The keys of the ReLU experiment ([FC] §4 and §6, Tables 3 and 4)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from fcflow.config.fields import Count, Name, Positive, Sizes, without_null
from fcflow.experiments.hypercube.studies import Experiment, Study


class ReluStudy(Study):
    """A study of ReLU networks."""

    depths: Sizes | None = None
    """Hidden layers to sweep over; left out, the section's one value."""


class Settings(Experiment):
    """ReLU networks ([FC] §4 and §6, Tables 3 and 4)."""

    _folder: ClassVar[str] = "results/relu"
    _paper_studies: ClassVar[Mapping[str, set[str]]] = {
        "table3": set(),
        "table4": set(),
        "depth": {"depths"},
        "dimension": {"dims", "depths"},
    }

    depth: Count
    """Hidden layers. Source: 1, and "deeper", [FC] §6."""
    alphas: Annotated[int, Field(ge=2)]
    """Points x(α) = α b1 + (1 − α) b2 on the segment between two corners that differ in the label
    alone. Source: 10, [FC] §6."""
    path_tolerance: Positive
    """Largest error of the path integral of the gradient, relative to the change of the gap that it
    must equal. Source: ours."""
    attacked_points: Count
    """Points of each network in the study ``table4`` whose least perturbation is sought. Source:
    10, [FC] §6."""
    studies: Annotated[dict[Name, ReluStudy], BeforeValidator(without_null)]
    """The runs that belong together, by name. Tables 3 and 4 are made from ``table3`` and
    ``table4``; ``depth``, ``dimension``, those whose name starts with ``dimension_``, ``scale`` and
    ``width`` extend Table 3. ``dimension_small`` trains longer, because all 16 or 256 points are
    few steps an epoch. Widths below the papers' 3000 keep networks with several hidden layers
    affordable: at 3000 units a second layer has nine million weights."""

    def _depths(self, study: str) -> Sequence[int | None]:
        return self.studies[study].depths or [self.depth]
