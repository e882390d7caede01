"""A study of small networks on points x = A z, and the networks of one shape that it trains."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from fcflow.config.fields import Count, Positive, Section, Sizes, as_number
from fcflow.data.coordinates import Coordinates
from fcflow.data.entries import Entries
from fcflow.networks.dense_shape import DenseActivation, DenseShape
from fcflow.training.dense_methods import DenseMethod, DenseOptimiser

Strength = Annotated[float, BeforeValidator(as_number), Field(ge=0, allow_inf_nan=False)]
Methods = dict[DenseMethod, list[Strength]]
Step = Annotated[int, Field(ge=0)]


class AblationStudy(Section):
    """Networks that belong together; lists are swept over in every combination.

    Keys that are left out take the value of the section.
    """

    runs: Count
    """Networks of each combination, each on a matrix A of its own; the n-th of all combinations
    start from the same seed."""
    dims: Sizes | None = None
    """Input dimensions d."""
    entries: Annotated[list[Entries], Field(min_length=1)] | None = None
    """Distributions of the entries of A."""
    points: Annotated[list[Coordinates], Field(min_length=1)] | None = None
    """Where the points' coordinates z lie."""
    depths: Sizes | None = None
    """Hidden layers."""
    hidden: Sizes | None = None
    """Hidden units of each layer."""
    activations: Annotated[list[DenseActivation], Field(min_length=1)] | None = None
    """Activations."""
    optimisers: Annotated[list[DenseOptimiser], Field(min_length=1)] | None = None
    """Optimisers."""
    methods: Annotated[Methods, Field(min_length=1)] | None = None
    """Ways to train, each with the strengths to try: of `weight_decay` the share that a step of
    size 1 would take away; of `penalty`, `augmentation` and `adversarial` the size ε of
    perturbations as a share of ‖a‖; 0 alone for `plain`."""
    steps: Count | None = None
    """Steps of training."""
    batch_size: Count | None = None
    """Fresh points in a step."""
    learning_rate: Positive | None = None
    """The first step size."""
    column_scale: Positive | None = None
    """Factor on every column of A but the last."""
    checkpoints: list[Step] = Field(default_factory=list)
    """Steps after which networks are measured too, beside the last; 0 is before the first."""

    @field_validator(
        *("dims", "entries", "points", "depths", "hidden", "activations", "optimisers"),
        "checkpoints",
    )
    @classmethod
    def _without_repeats(cls, values: list[Any] | None) -> list[Any] | None:
        if values is not None and len(set(values)) != len(values):
            raise ValueError(f"must not repeat a value, got {values}")
        return values

    @field_validator("methods")
    @classmethod
    def _have_strengths(cls, methods: Methods | None) -> Methods | None:
        for method, strengths in (methods or {}).items():
            if method == "plain" and strengths != [0]:
                raise ValueError(f"plain has the strength 0 alone, got {strengths}")
            if method != "plain" and not (strengths and min(strengths) > 0):
                raise ValueError(f"{method} needs strengths above 0, got {strengths}")
            if len(set(strengths)) != len(strengths):
                raise ValueError(f"{method} must not repeat a strength, got {strengths}")
        return methods

    @model_validator(mode="after")
    def _checkpoints_come_before_the_end(self) -> "AblationStudy":
        if self.steps is not None and max(self.checkpoints, default=0) >= self.steps:
            raise ValueError(
                f"checkpoints must come before the last step, {self.steps}; it is measured anyway"
            )
        return self


# Keys of a study whose lists are swept over, and the section's key for each.
SWEPT = {
    "dims": "d",
    "entries": "entries",
    "points": "points",
    "depths": "depth",
    "hidden": "hidden",
    "activations": "activation",
    "optimisers": "optimiser",
}


@dataclass(frozen=True)
class Cell:
    """Networks of one study that differ in their seeds alone."""

    entries: Entries
    points: Coordinates
    strength: float


@dataclass(frozen=True)
class Fused:
    """What networks that are trained together have in common."""

    shape: DenseShape
    optimiser: DenseOptimiser
    method: DenseMethod


def fused_cells(
    sweep: Mapping[str, list[Any]], methods: Mapping[DenseMethod, list[float]]
) -> Iterator[tuple[Fused, list[Cell]]]:
    """Yield the networks of a study by what is trained together, in the order of its lists.

    Parameters
    ----------
    sweep : mapping
        The lists of :data:`SWEPT`.
    methods : mapping

    Examples
    --------
    >>> sweep = {"dims": [2], "entries": ["gaussian", "sign"], "points": ["corners"]}
    >>> sweep |= {"depths": [1], "hidden": [4, 8], "activations": ["relu"], "optimisers": ["adam"]}
    >>> [(one.shape.hidden, len(cells)) for one, cells in fused_cells(sweep, {"plain": [0]})]
    [(4, 2), (8, 2)]
    """
    shapes = product(*(sweep[name] for name in ("dims", "depths", "hidden", "activations")))
    for (d, depth, hidden, activation), optimiser, method in product(
        list(shapes), sweep["optimisers"], methods
    ):
        cells = product(sweep["entries"], sweep["points"], methods[method])
        shape = DenseShape(d, depth, hidden, activation)
        yield Fused(shape, optimiser, method), [Cell(*one) for one in cells]
