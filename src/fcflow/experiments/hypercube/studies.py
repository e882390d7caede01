"""The keys that experiments on the hypercube share, and the settings that studies sweep over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from fcflow.config.fields import Count, Positive, Section, Share, Sizes

Points = Literal["auto", "enumerate", "sample"]

# A step's input is a power of two of points; beyond this the enumeration alone would fill the
# memory.
LARGEST_ENUMERABLE_DIM = 26


class Study(Section):
    """Runs that belong together; lists are swept over in every combination.

    Keys that are left out take the value of the experiment's section.
    """

    dims: Sizes
    """Input dimensions d. Source: 12 for the tables, [TU] §6."""
    hidden: Sizes | None = None
    """Hidden units m to sweep over; left out, the section's one value."""
    batch_sizes: Sizes | None = None
    """Batch sizes to sweep over; left out, the section's one value."""
    column_scales: Annotated[list[Positive], Field(min_length=1)] | None = None
    """Column scales to sweep over; left out, the section's one value."""
    runs: Count | None = None
    """Draw so many runs, valid or not. Source: 50 for Table 2, [TU] §6."""
    valid_runs: Count | None = None
    """Draw runs until so many are valid (training accuracy 1). Source: 10 for Table 1, [FC] §6."""
    max_runs: Count | None = None
    """The most that are drawn for ``valid_runs``; what is short is said in the tables."""
    epochs: Count | None = None
    """As in the section, for this study alone."""
    points: Points | None = None
    """As in the section, for this study alone."""

    @field_validator("dims", "hidden", "batch_sizes", "column_scales", "depths", check_fields=False)
    @classmethod
    def _without_repeats(cls, values: list[float] | None) -> list[float] | None:
        if values is not None and len(set(values)) != len(values):
            raise ValueError(f"must not repeat a value, got {values}")
        return values

    @model_validator(mode="after")
    def _one_stopping_rule(self) -> Self:
        until_valid = (self.valid_runs, self.max_runs)
        if (None in until_valid) if self.runs is None else any(until_valid):
            raise ValueError("must have either runs, or both valid_runs and max_runs")
        if self.valid_runs and self.max_runs and self.max_runs < self.valid_runs:
            raise ValueError(
                f"max_runs must be ≥ valid_runs = {self.valid_runs}, got {self.max_runs}"
            )
        return self

    def swept(self) -> set[str]:
        """Return the keys that hold several values."""
        return {key for key, value in self if isinstance(value, list) and len(value) > 1}


@dataclass(frozen=True)
class Setting:
    """One combination of a study's sizes: its runs differ by their seeds alone.

    ``data`` and ``net`` are the two folder names under which its results lie,
    ``results/<experiment>/<study>/<data>/<net>``: networks of several sizes are trained on the same
    data.
    """

    study: str
    d: int
    column_scale: float
    hidden: int
    batch_size: int
    depth: int | None

    @property
    def data(self) -> str:
        """The data's folder, such as ``d12-s5``."""
        return f"d{self.d}-s{repr(float(self.column_scale)).removesuffix('.0')}"

    @property
    def net(self) -> str:
        """The network's folder: ``m3000-b64``, or ``l2-m3000-b64`` where the depth can vary."""
        depth = "" if self.depth is None else f"l{self.depth}-"
        return f"{depth}m{self.hidden}-b{self.batch_size}"

    def path(self, file: str) -> str:
        """Return where a file of this setting lies under its experiment's folder."""
        of_data = file.startswith(("problems", "matrices"))
        return "/".join([self.study, self.data, *([] if of_data else [self.net]), file])


class Experiment(Section):
    """Networks trained on the Gaussian-mixed hypercube."""

    # Its folder under ``results``; the studies that the paper's tables and figures are made from,
    # with the keys that they may sweep over.
    _folder: ClassVar[str]
    _paper_studies: ClassVar[Mapping[str, set[str]]]

    hidden: Count
    """Hidden units m. Source: 3000, [TU] §6; [FC] gives it for one ReLU layer only."""
    batch_size: Count
    """Points in a batch. Source: open, 64 is ours; the table ``batch_size`` shows others."""
    epochs: Count
    """Passes over the points. Source: 20, [TU] §6."""
    learning_rate: Positive
    """Adam's step size. Source: open ("Adam"); PyTorch's default."""
    betas: Annotated[list[Share], Field(min_length=2, max_length=2)]
    """Adam's two decay rates. Source: open; PyTorch's default."""
    epsilon: Positive
    """Adam's denominator guard. Source: open; PyTorch's default."""
    column_scale: Positive
    """Factor on every column of A but the last. Source: 5, [FC] §6; open for ReLU networks, whose
    study ``scale`` shows 1 too."""
    points: Points
    """``auto``: all 2^d corners up to ``max_enumerated_dim``, else a sample; ``enumerate``: all, or
    an error; ``sample``: always a sample. Source: all corners, [FC] §6."""
    max_enumerated_dim: Annotated[int, Field(ge=0, le=LARGEST_ENUMERABLE_DIM)]
    """Largest d whose corners are all used. Source: ours."""
    max_points: Count
    """Size of the sample beyond it. Source: ours."""
    studies: Mapping[str, Any]

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
            kind = "dimension" if name.startswith("dimension_") else name
            allowed = self._paper_studies.get(kind)
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

    def settings(self, study: str | None = None) -> list[Setting]:
        """Return the settings of one study, or of all, in the order of the configuration."""
        return [
            Setting(name, *sizes)
            for name, keys in self.studies.items()
            if study in (None, name)
            for sizes in product(
                keys.dims,
                keys.column_scales or [self.column_scale],
                keys.hidden or [self.hidden],
                keys.batch_sizes or [self.batch_size],
                self._depths(name),
            )
        ]

    def known_wildcards(self) -> list[dict[str, str]]:
        """Return the wildcards of every setting, the outermost folder first."""
        return [{"study": s.study, "data": s.data, "net": s.net} for s in self.settings()]

    def paths(self, file: str, study: str | None = None) -> list[str]:
        """Return one file of every setting, or of every setting of one study.

        Settings that share their data share these files, which are then listed once for each.
        """
        return [f"{self._folder}/{setting.path(file)}" for setting in self.settings(study)]

    def study_paths(self, file: str) -> list[str]:
        """Return one file of every study."""
        return [f"{self._folder}/{study}/{file}" for study in self.studies]

    def scope(
        self, study: str | None = None, data: str = "", net: str = "", **others: str
    ) -> dict[str, Any]:
        """Return the values by which the steps are called: a study's own over the section's.

        The steps that draw the data (``data``) and that train on them (``net``) get the sizes of
        their setting; what is made from all studies gets ``wanted``, how many valid runs each asks
        for.
        """
        section = self.model_dump(exclude={"studies"})
        if study is None:
            wanted = {name: keys.valid_runs for name, keys in self.studies.items()}
            return section | {"wanted": wanted}
        keys = self.studies[study]
        own = {key: value for key, value in keys if value is not None or key not in section}
        values = section | own
        setting = self._by_folder.get((study, data, net))
        if setting is None:
            return values
        sample = self._sample_size(setting.d, values["points"])
        return values | vars(setting) | {"runs": keys.runs or keys.max_runs, "sample": sample}

    @cached_property
    def _by_folder(self) -> dict[tuple[str, str, str], Setting]:
        """The settings by study, data and network, and the first of each data without a network."""
        settings = self.settings()
        networks = {(setting.study, setting.data, setting.net): setting for setting in settings}
        data = {(setting.study, setting.data, ""): setting for setting in reversed(settings)}
        return data | networks

    def _sample_size(self, d: int, points: Points) -> int | None:
        """Return how many points a run has, None for all 2^d corners."""
        largest = {"auto": self.max_enumerated_dim, "enumerate": d, "sample": 0}[points]
        return None if d <= largest else self.max_points

    def _depths(self, study: str) -> Sequence[int | None]:
        """Return the depths of a study; linear networks have none to choose."""
        return [None]
