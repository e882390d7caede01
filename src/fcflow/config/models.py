"""The configuration's keys, their types and ranges.

There are no defaults here: ``config/config.yaml`` holds every value, and files given by ``--configfile`` override it.
``config/README.md`` says what each key means and where in the papers it comes from.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator


def _number(value: Any) -> Any:
    """Read YAML's ``1e-3``, which YAML takes for text, as the number that was meant."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, BeforeValidator(_number), Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(_number), Field(ge=0, lt=1)]
Level = Annotated[float, BeforeValidator(_number), Field(gt=0, lt=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Points = Literal["auto", "enumerate", "sample"]

# A step's input is a power of two of points; beyond this the enumeration alone would fill the memory.
LARGEST_ENUMERABLE_DIM = 26


# The one key that may hold several values in the studies that the paper's tables and figure are made from.
_SWEPT_BY_TABLES = {"table1": "", "table2": "", "batch_size": "batch_sizes", "dimension": "dims"}


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, values are taken as they are written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Statistics(Section):
    """How intervals are computed."""

    resamples: Annotated[int, Field(ge=100)]
    level: Level


class LinearStudy(Section):
    """Runs that belong together; lists are swept over in every combination.

    Keys that are left out take the value of the ``linear`` section.
    """

    dims: Annotated[list[Count], Field(min_length=1)]
    hidden: Annotated[list[Count], Field(min_length=1)] | None = None
    batch_sizes: Annotated[list[Count], Field(min_length=1)] | None = None
    column_scales: Annotated[list[Positive], Field(min_length=1)] | None = None
    runs: Count | None = None
    valid_runs: Count | None = None
    max_runs: Count | None = None
    epochs: Count | None = None
    stop_when_perfect: bool | None = None
    points: Points | None = None
    keep_weights: bool = False

    @field_validator("dims", "hidden", "batch_sizes", "column_scales")
    @classmethod
    def _without_repeats(cls, values: list[float] | None) -> list[float] | None:
        if values is not None and len(set(values)) != len(values):
            raise ValueError(f"must not repeat a value, got {values}")
        return values

    @model_validator(mode="after")
    def _one_stopping_rule(self) -> Self:
        fixed, until_valid = self.runs is not None, self.valid_runs is not None and self.max_runs is not None
        if fixed == until_valid or (fixed and (self.valid_runs is not None or self.max_runs is not None)):
            raise ValueError("must have either runs, or both valid_runs and max_runs")
        if self.valid_runs is not None and self.max_runs is not None and self.max_runs < self.valid_runs:
            raise ValueError(f"max_runs must be ≥ valid_runs = {self.valid_runs}, got {self.max_runs}")
        return self


class LinearExperiment(Section):
    """Linear networks on the Gaussian-mixed hypercube ([FC] §6, Tables 1 and 2, Figure 2)."""

    hidden: Count
    batch_size: Count
    epochs: Count
    learning_rate: Positive
    betas: Annotated[list[Share], Field(min_length=2, max_length=2)]
    epsilon: Positive
    stop_when_perfect: bool
    column_scale: Positive
    points: Points
    max_enumerated_dim: Annotated[int, Field(ge=0, le=LARGEST_ENUMERABLE_DIM)]
    max_points: Count
    optimal_points: Annotated[int, Field(ge=0)]
    optimal_max_nodes: Count
    cos_theta2_threshold: Share
    studies: dict[Name, LinearStudy]

    @model_validator(mode="after")
    def _holds_the_papers_studies(self) -> Self:
        missing = [name for name in ("table1", "table2", "batch_size", "dimension") if name not in self.studies]
        if missing:
            raise ValueError(
                f"studies must hold {', '.join(missing)}: the paper's tables and figure are made from them"
            )
        return self

    @model_validator(mode="after")
    def _averages_what_belongs_together(self) -> Self:
        for name, study in self.studies.items():
            swept: dict[str, Any] = {"dims": study.dims, "hidden": study.hidden, "batch_sizes": study.batch_sizes}
            swept |= {"column_scales": study.column_scales}
            allowed = _SWEPT_BY_TABLES.get("dimension" if name.startswith("dimension_") else name)
            several = [key for key, values in swept.items() if values and len(values) > 1 and key != allowed]
            if allowed is not None and several:
                raise ValueError(
                    f"studies.{name}: {', '.join(several)} must have one value, because the paper's tables average "
                    "over this study's runs; put a sweep into a study of another name"
                )
        return self

    @model_validator(mode="after")
    def _can_enumerate_what_is_demanded(self) -> Self:
        for name, study in self.studies.items():
            largest = max(study.dims)
            if (study.points or self.points) == "enumerate" and largest > self.max_enumerated_dim:
                raise ValueError(
                    f"studies.{name}: points: enumerate demands all 2^{largest} points of d = {largest}, but "
                    f"max_enumerated_dim is {self.max_enumerated_dim}; raise it (to {LARGEST_ENUMERABLE_DIM} at most) "
                    "or set points: auto"
                )
        return self


class Config(Section):
    """The whole configuration."""

    seed: Annotated[int, Field(ge=0)]
    device: Literal["auto", "cpu", "cuda"]
    statistics: Statistics
    linear: LinearExperiment
