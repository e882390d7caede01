"""The keys of a section with a name of the user's own: any classifier, any labelled data."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator, model_validator

from fcflow.config.choices import entry_named
from fcflow.config.fields import Count, Positive
from fcflow.errors import InputError
from fcflow.experiments.images.base_settings import (
    AttackChoice,
    ClassifierChoice,
    PairsChoice,
    PairsSettings,
)
from fcflow.experiments.images.entries import PACKAGE, own_entry
from fcflow.experiments.images.own.data_settings import DataSettings
from fcflow.sources import Entry
from fcflow.user_functions import is_user_function, user_entry

# What names the kind of a model, and the entry that opens it.
_KINDS = {
    "factory": "factory",
    "timm": "timm_network",
    "torchvision": "torchvision",
    "exported": "exported",
}
_ATTACKS = ["minimal", "ddn", "fast_l2"]
_DIGITS = 16
_NO_FILES = ("hub", "shipped")  # weights that timm and torchvision know of


class ModelChoice(ClassifierChoice):
    """A model: `factory`, `timm`, `torchvision` or `exported`, and the keys of that kind."""

    given: ClassVar[frozenset[str]] = frozenset({"device", "shape", "mean", "std"})

    @model_validator(mode="before")
    @classmethod
    def _has_a_kind(cls, content: Any) -> Any:
        if not isinstance(content, Mapping) or "kind" in content:
            return content
        named = [name for name in _KINDS if name in content]
        if len(named) != 1:
            told = " and ".join(named) or "none"
            raise ValueError(f"must have one of {', '.join(_KINDS)}, got {told}")
        return {"kind": _KINDS[named[0]], **content}


class OwnPairsChoice(PairsChoice):
    """How inputs are paired, and the pair maker's own keys."""

    @classmethod
    def entry_named(cls, name: Any) -> Entry:
        """Return the entry of a pair maker, that of a user's function included."""
        user = is_user_function(name)
        return own_entry("pair_maker", name) if user else super().entry_named(name)


class Named(PairsSettings):
    """A model, labelled data and how they are paired; every other key has a value."""

    model: ModelChoice
    """The trained classifier: a function in a file that makes it (`factory: my_models.py:net`, with
    `weights`), a name of `timm` or `torchvision`, or a file of `torch.export` (`exported`)."""
    data: DataSettings
    """The labelled inputs."""
    networks: Annotated[int, Field(ge=1, le=1)] = 1
    """One: the network is not trained here."""
    pairs: OwnPairsChoice
    """How pairs x1, x2 of different classes are made: `nearest`, `classes`, `listed`, `blocked`, or
    a function in a file; alone, or as `kind` with its own keys. By default `nearest`."""
    shown_pairs: Annotated[int, Field(ge=1, le=20)] = 5
    """Pairs in tables and figures, at most; the others are in the files."""
    gammas: Annotated[int, Field(ge=2)] = 11
    """Points x1 + γ (x2 − x1) of a path at which cos θ is reported."""
    path_tolerance: Positive = 5e-3
    """Largest error of the path integral, relative to the change of the gap that it must equal."""
    max_gradients: Count = 401
    """The most gradients spent on one path, at least 2 gammas − 1."""
    measures: list[str] = ["factors"]  # noqa: RUF012 (pydantic copies it)
    """Further quantities of every pair: `compression`, `factors`, `certified`, or a function in a
    file, `my_measures.py:curvature`."""
    attacks: Annotated[list[AttackChoice], Field(min_length=1)]
    """How x1 is attacked: names, or names with keys; by default minimal, ddn and fast_l2, with
    criterion `pair` and within the data's bounds where there are any."""
    pairs_at_once: Count | None = None
    """Pairs that are probed and attacked in one go, null for all of a job."""
    memory_gb: Positive | None = 0.3
    """Memory for the gradients that are evaluated at once, in 10⁹ bytes, null for 64 gradients."""
    jobs: Annotated[int, Field(ge=1, le=64)] = 2
    """Jobs among which the pairs are dealt out; two or more keep as many cores busy."""

    @model_validator(mode="before")
    @classmethod
    def _has_defaults(cls, content: Any) -> Any:
        """Fill in pairs and attacks, whose box is that of the data where they name none."""
        if not isinstance(content, Mapping):
            return content
        data = content["data"] if isinstance(content.get("data"), Mapping) else {}
        whole = {"pairs": {"kind": "nearest"}, "attacks": _ATTACKS, **content}
        if not isinstance(whole["attacks"], list):
            return whole
        bounds = data.get("bounds") or ("none" if "parquet" in data else "pixels")
        common = {"criterion": "pair", "box": bounds != "none"}
        named = [{"attack": one} if isinstance(one, str) else one for one in whole["attacks"]]
        attacks = [{**common, **one} if isinstance(one, Mapping) else one for one in named]
        return whole | {"attacks": attacks}

    @model_validator(mode="after")
    def _boxes_have_bounds(self) -> "Named":
        ways = [way for choice in self.attacks for way in choice.variants()]
        boxed = [way["attack"] for way in ways if way["box"]]
        if self.data.box is None and boxed:
            raise ValueError(
                f"data.bounds must be given, [least, greatest], because {boxed[0]} has box: true"
            )
        return self

    @field_validator("measures")
    @classmethod
    def _are_entries(cls, names: list[str]) -> list[str]:
        for name in names:
            measure_entry(name)
        if len(set(names)) != len(names):
            raise ValueError(f"must not repeat a measure, got {names}")
        return names

    @property
    def classifier(self) -> ClassifierChoice:
        """The model as an entry among those of all experiments."""
        return self.model

    @property
    def image_size(self) -> int:
        """Height and width of the inputs, as far as the configuration says so."""
        return self.data.size or (32 if self.data.parquet is None else 8)

    def scope(self, **wildcards: str) -> dict[str, Any]:
        """Return what steps may depend on, the classifier with its normalisation."""
        scope = super().scope(**wildcards)
        keys = self.data.model_dump()
        normalised = {key: keys.pop(key) for key in ("mean", "std")}
        given = {key: value for key, value in normalised.items() if value is not None}
        return scope | {
            "classifier": self.model.model_dump() | given,
            "data": keys,
            "bounds": self.data.box and list(self.data.box),
            "own": True,
        }

    def data_digest(self) -> str:
        """Return what changes with the data's files."""
        state = json.dumps(self.data.state())
        return hashlib.sha256(state.encode()).hexdigest()[:_DIGITS]

    def modules(self, *keys: str) -> list[str]:
        """Return the modules of the entries that ``classifier``, ``pairs``, … name."""
        own = [measure_entry(name).module for name in self.measures if "measures" in keys]
        return super().modules(*(key for key in keys if key != "measures")) + own

    def user_functions(self, *keys: str) -> list[str]:
        """Return the names of the user's own functions among what these keys name."""
        named: dict[str, list[Any]] = {
            "classifier": [(self.model.model_extra or {}).get("factory")],
            "pairs": [self.pairs.kind],
            "measures": list(self.measures),
            "attacks": [choice.attack for choice in self.attacks],
        }
        every = dict.fromkeys(name for key in keys for name in named[key])
        return [name for name in every if is_user_function(name)]

    def network_files(self, experiment: str, network: str) -> dict[str, list[str]]:
        """Return the checkpoint or the exported program where it is there."""
        own = self.model.model_extra or {}
        files = [str(own[key]) for key in ("weights", "exported") if own.get(key)]
        return {"weights": [], "checkpoint": [file for file in files if Path(file).is_file()]}

    def missing(self) -> dict[str, str]:
        """Return what is named and not there, in words, by its key."""
        own = self.model.model_extra or {}
        named = {f"model.{key}": own[key] for key in ("weights", "exported") if own.get(key)}
        listed = (self.pairs.model_extra or {}).get("file")
        named |= {"pairs.file": listed} if listed else {}
        lost = {
            key: f"there is nothing at {file}"
            for key, file in named.items()
            if str(file) not in _NO_FILES and not Path(str(file)).exists()
        }
        if is_user_function(own.get("factory")):
            try:
                user_entry(own["factory"])
            except InputError as error:
                lost["model.factory"] = str(error)
        return lost | self.data.missing()

    def user_files(self) -> list[str]:
        """Return the files of the user's that are there."""
        return self.network_files("", "0")["checkpoint"] + self.data.files()


def measure_entry(name: str) -> Entry:
    """Return the entry of a measure, that of a user's function included."""
    if is_user_function(name):
        return own_entry("measure", name)
    return entry_named(PACKAGE, "measure", name)
