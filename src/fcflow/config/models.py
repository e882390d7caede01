"""The configuration's keys, their types and ranges.

There are no defaults here: ``config/config.yaml`` holds every value, and files given by
``--configfile`` override it. ``config/README.md`` says what each key means and where in the papers
it comes from.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, create_model, field_validator, model_validator

from fcflow.config.fields import Count, Level, Name, Positive, Section, Share, Sizes
from fcflow.config.theory import TheoryExperiment
from fcflow.sources import file_of


def _without_null(studies: Any) -> Any:
    """Leave out the studies that a configuration file has set to null."""
    if not isinstance(studies, dict):
        return studies
    return {name: study for name, study in studies.items() if study is not None}


Points = Literal["auto", "enumerate", "sample"]
PaperStudies = Mapping[str, set[str]]

# A step's input is a power of two of points; beyond this the enumeration alone would fill the
# memory.
LARGEST_ENUMERABLE_DIM = 26


class Statistics(Section):
    """How intervals are computed."""

    resamples: Annotated[int, Field(ge=100)]
    level: Level


class Study(Section):
    """Runs that belong together; lists are swept over in every combination.

    Keys that are left out take the value of the experiment's section.
    """

    dims: Sizes
    hidden: Sizes | None = None
    batch_sizes: Sizes | None = None
    column_scales: Annotated[list[Positive], Field(min_length=1)] | None = None
    runs: Count | None = None
    valid_runs: Count | None = None
    max_runs: Count | None = None
    epochs: Count | None = None
    points: Points | None = None

    @field_validator("dims", "hidden", "batch_sizes", "column_scales", "depths", check_fields=False)
    @classmethod
    def _without_repeats(cls, values: list[float] | None) -> list[float] | None:
        if values is not None and len(set(values)) != len(values):
            raise ValueError(f"must not repeat a value, got {values}")
        return values

    @model_validator(mode="after")
    def _one_stopping_rule(self) -> Self:
        fixed, until_valid = (
            self.runs is not None,
            self.valid_runs is not None and self.max_runs is not None,
        )
        if fixed == until_valid or (
            fixed and (self.valid_runs is not None or self.max_runs is not None)
        ):
            raise ValueError("must have either runs, or both valid_runs and max_runs")
        if (
            self.valid_runs is not None
            and self.max_runs is not None
            and self.max_runs < self.valid_runs
        ):
            raise ValueError(
                f"max_runs must be ≥ valid_runs = {self.valid_runs}, got {self.max_runs}"
            )
        return self

    def swept(self) -> set[str]:
        """Return the keys that hold several values."""
        return {key for key, value in self if isinstance(value, list) and len(value) > 1}


class LinearStudy(Study):
    """A study of linear networks."""

    stop_when_perfect: bool | None = None
    keep_weights: bool = False


class ReluStudy(Study):
    """A study of ReLU networks."""

    depths: Sizes | None = None


class Experiment(Section):
    """Networks trained on the Gaussian-mixed hypercube."""

    # The studies that the paper's tables and figures are made from, with the keys that they may
    # sweep over.
    _paper_studies: ClassVar[PaperStudies]

    hidden: Count
    batch_size: Count
    epochs: Count
    learning_rate: Positive
    betas: Annotated[list[Share], Field(min_length=2, max_length=2)]
    epsilon: Positive
    column_scale: Positive
    points: Points
    max_enumerated_dim: Annotated[int, Field(ge=0, le=LARGEST_ENUMERABLE_DIM)]
    max_points: Count
    studies: Mapping[str, Study]

    @model_validator(mode="after")
    def _holds_the_papers_studies(self) -> Self:
        missing = [name for name in self._paper_studies if name not in self.studies]
        if missing:
            raise ValueError(
                f"studies must hold {', '.join(missing)}: the paper's tables and figures are made"
                " from them"
            )
        return self

    @model_validator(mode="after")
    def _averages_what_belongs_together(self) -> Self:
        for name, study in self.studies.items():
            allowed = self._paper_studies.get(
                "dimension" if name.startswith("dimension_") else name
            )
            several = [] if allowed is None else sorted(study.swept() - allowed)
            if several:
                raise ValueError(
                    f"studies.{name}: {', '.join(several)} must have one value, because the paper's"
                    " tables average over this study's runs; put a sweep into a study of another"
                    " name"
                )
        return self

    @model_validator(mode="after")
    def _can_enumerate_what_is_demanded(self) -> Self:
        for name, study in self.studies.items():
            largest = max(study.dims)
            if (study.points or self.points) == "enumerate" and largest > self.max_enumerated_dim:
                raise ValueError(
                    f"studies.{name}: points: enumerate demands all 2^{largest} points of d ="
                    f" {largest}, but max_enumerated_dim is {self.max_enumerated_dim}; raise it (to"
                    f" {LARGEST_ENUMERABLE_DIM} at most) or set points: auto"
                )
        return self


class LinearExperiment(Experiment):
    """Linear networks ([FC] §6, Tables 1 and 2, Figure 2)."""

    _paper_studies: ClassVar[PaperStudies] = {
        "table1": set(),
        "table2": set(),
        "batch_size": {"batch_sizes"},
        "dimension": {"dims"},
    }

    stop_when_perfect: bool
    optimal_points: Annotated[int, Field(ge=0)]
    optimal_max_nodes: Count
    cos_theta2_threshold: Share
    studies: Annotated[dict[Name, LinearStudy], BeforeValidator(_without_null)]


class ReluExperiment(Experiment):
    """ReLU networks ([FC] §4 and §6, Tables 3 and 4)."""

    _paper_studies: ClassVar[PaperStudies] = {
        "table3": set(),
        "table4": set(),
        "depth": {"depths"},
        "dimension": {"dims", "depths"},
    }

    depth: Count
    alphas: Annotated[int, Field(ge=2)]
    path_tolerance: Positive
    attacked_points: Count
    studies: Annotated[dict[Name, ReluStudy], BeforeValidator(_without_null)]


class Everywhere(Section):
    """The keys that no experiment owns."""

    seed: Annotated[int, Field(ge=0)]
    device: Literal["auto", "cpu", "cuda"]
    statistics: Statistics
    linear: LinearExperiment
    relu: ReluExperiment
    theory: TheoryExperiment


def sections(package: str) -> dict[str, Any]:
    """Return the sections that a package's folders declare, by the folders' names.

    A folder with a module ``settings`` has its class ``Settings``; one without has a section of
    those that its own folders declare, where there are any.
    """
    found: dict[str, Any] = {}
    for folder in sorted(path for path in file_of(package).parent.iterdir() if path.is_dir()):
        inner = f"{package}.{folder.name}"
        if (folder / "settings.py").is_file():
            found[folder.name] = (import_module(f"{inner}.settings").Settings, ...)
        elif below := sections(inner):
            found[folder.name] = (_section(folder.name, inner, below), ...)
    return found


# A model that is put together here has no source text in which its keys' meanings could stand.
_PUT_TOGETHER = {"use_attribute_docstrings": False}


def _section(folder: str, package: str, below: dict[str, Any]) -> type[Section]:
    doc = import_module(package).__doc__
    name = folder.title().replace("_", "")
    return create_model(name, __base__=Section, __doc__=doc, __cls_kwargs__=_PUT_TOGETHER, **below)


Config: type[Everywhere] = create_model(
    "Config",
    __base__=Everywhere,
    __doc__="The whole configuration.",
    __cls_kwargs__=_PUT_TOGETHER,
    **sections("fcflow.experiments"),
)
