"""The keys of the dimension laws: networks trained on fresh points until no error is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from fcflow.config.fields import (
    Count,
    Level,
    Name,
    Positive,
    Section,
    Share,
    Sizes,
    as_number,
    without_null,
)

Times = Annotated[float, BeforeValidator(as_number), Field(ge=1, allow_inf_nan=False)]


class FreshStudy(Section):
    """Networks of one kind at several dimensions."""

    activation: Literal["identity", "relu"]
    """``identity``: a linear network; ``relu``: a ReLU network. Source: both, [FC] §6."""
    depth: Count = 1
    """Hidden layers. Source: 1, and "deeper", [FC] §6."""
    dims: Sizes
    """Input dimensions d. Source: ours."""
    runs: Count
    """Networks at each dimension, trained or not. Source: ours."""
    steps: Count
    """The most steps of a run's training. Source: ours."""
    hidden: Count | None = None
    """As in the section, for this study alone."""
    batch_size: Count | None = None
    """As in the section, for this study alone."""
    learning_rate: Positive | None = None
    """As in the section, for this study alone."""
    beyond: Times | None = None
    """As in the section, for this study alone."""
    attacked_points: Annotated[int, Field(ge=0)] | None = None
    """As in the section, for this study alone."""

    @field_validator("dims")
    @classmethod
    def _without_repeats(cls, values: list[int]) -> list[int]:
        if len(set(values)) != len(values):
            raise ValueError(f"must not repeat a value, got {values}")
        return values

    @model_validator(mode="after")
    def _linear_networks_have_one_layer(self) -> Self:
        if self.activation == "identity" and self.depth != 1:
            raise ValueError(f"identity has one hidden layer, got depth: {self.depth}")
        return self


@dataclass(frozen=True)
class Setting:
    """A study at one dimension: its runs differ by their seeds alone."""

    study: str
    d: int

    @property
    def folder(self) -> str:
        """Its folder under its study's, such as ``d12``."""
        return f"d{self.d}"


class Settings(Section):
    """Dimension laws on networks that classify points drawn anew (Figure 2, [FC] §6)."""

    results: ClassVar[str] = "dimension"
    # The studies that claims are about.
    _judged: ClassVar[tuple[str, ...]] = ("linear", "one_layer")

    column_scale: Positive
    """Factor on every column of A but the last. Source: 5, [FC] §6."""
    hidden: Count
    """Hidden units of each layer. Source: 3000, [TU] §6; of deeper networks none is given."""
    batch_size: Count
    """Fresh points of a step. Source: ours."""
    learning_rate: Positive
    """Adam's first step size. Source: open; PyTorch's default."""
    decay_steps: Positive
    """τ: at step t the step size is ``learning_rate`` / √(1 + t / τ). Source: ours; the papers
    name no decay."""
    betas: Annotated[list[Share], Field(min_length=2, max_length=2)]
    """Adam's two decay rates. Source: open; PyTorch's default."""
    epsilon: Positive
    """Adam's denominator guard. Source: open; PyTorch's default."""
    tolerance: Level
    """Training ends once the error rate on fresh points is below it, which no error on so many
    held-out points shows as ``confidence`` asks for. Source: ours."""
    confidence: Level
    """The probability that no network passes whose error rate is above ``tolerance``, over all
    checks of its run: the exact one-sided binomial bound. Source: ours."""
    first_check: Count
    """The step after which a network is first checked; then after twice as many, and so on.
    Source: ours."""
    beyond: Times
    """A network that passed is trained on until it has had so many times the steps that it took,
    within ``steps``, because where it looks settles later than what it answers. Source: ours."""
    probed_points: Count
    """Fresh points of each network at which its gradient is taken. Source: ours."""
    attacked_points: Annotated[int, Field(ge=0)]
    """Fresh points of each trained network whose least perturbation is sought, and certified for
    one hidden layer, beside the optimal classifier's at the same points. Source: ours."""
    optimal_max_nodes: Count
    """Where the exact search for the optimal classifier's robustness is given up; such points are
    left out of shares. Source: ours."""
    studies: Annotated[dict[Name, FreshStudy], BeforeValidator(without_null)]
    """The networks that belong together, by name. Claims are about ``linear``, ``one_layer`` and,
    where they are there, ``two_layers`` and ``three_layers``."""

    @model_validator(mode="after")
    def _holds_what_claims_are_about(self) -> Self:
        missing = [name for name in self._judged if name not in self.studies]
        if missing:
            raise ValueError(f"studies must hold {', '.join(missing)}: claims are about them")
        for name, study in self.studies.items():
            if study.steps < self.first_check:
                raise ValueError(
                    f"studies.{name}.steps must be ≥ first_check = {self.first_check}, got"
                    f" {study.steps}"
                )
        return self

    def settings(self, study: str | None = None) -> Iterator[Setting]:
        """Yield the settings of one study, or of all, in the order of the configuration."""
        for name, keys in self.studies.items():
            if study in (None, name):
                for d in keys.dims:
                    yield Setting(name, d)

    def known_wildcards(self) -> list[dict[str, str]]:
        """Return the wildcards of every setting, the outermost folder first."""
        return [{"study": one.study, "setting": one.folder} for one in self.settings()]

    def paths(self, file: str) -> list[str]:
        """Return one file of every setting."""
        return [
            f"results/{self.results}/{one.study}/{one.folder}/{file}" for one in self.settings()
        ]

    def scope(self, study: str = "", setting: str = "", **others: str) -> dict[str, Any]:
        """Return the values by which the steps are called: a study's own over the section's."""
        section = self.model_dump(exclude={"studies"})
        one = self._by_folder.get((study, setting))
        return section if one is None else section | self.values(study) | vars(one)

    def values(self, study: str) -> dict[str, Any]:
        """Return a study's keys, with the section's where it has none of its own."""
        keys: Mapping[str, Any] = self.studies[study].model_dump(exclude={"dims"})
        section = self.model_dump(exclude={"studies"})
        return section | {name: value for name, value in keys.items() if value is not None}

    @cached_property
    def _by_folder(self) -> dict[tuple[str, str], Setting]:
        return {(one.study, one.folder): one for one in self.settings()}
