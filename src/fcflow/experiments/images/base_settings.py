"""The keys that every experiment on images has."""

from collections.abc import Sequence
from itertools import product
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from fcflow.attacks.registry import attack_entry
from fcflow.config.choices import Choice, entry_named
from fcflow.config.fields import Count, Positive, Section
from fcflow.experiments.images.entries import PACKAGE
from fcflow.sources import Entry
from fcflow.user_functions import is_user_function


class ClassifierChoice(Choice):
    """How a classifier is loaded, and its own keys."""

    package: ClassVar[str] = PACKAGE
    decorator: ClassVar[str] = "classifier"
    name_key: ClassVar[str] = "kind"
    given: ClassVar[frozenset[str]] = frozenset({"device", "shape"})

    kind: str
    """An entry: `mnist_cnn` is trained by the workflow, `timm` is a model of that package."""


class PairsChoice(Choice):
    """How images are paired, and the pair maker's own keys."""

    package: ClassVar[str] = PACKAGE
    decorator: ClassVar[str] = "pair_maker"
    name_key: ClassVar[str] = "kind"
    given: ClassVar[frozenset[str]] = frozenset({"device"})

    kind: str
    """An entry: `blocked` blocks strokes of a digit, `nearest` takes the closest other image."""


class AttackChoice(Choice):
    """An attack, what counts as success, and the attack's own keys."""

    package: ClassVar[str] = "fcflow.attacks"
    decorator: ClassVar[str] = "attack"
    name_key: ClassVar[str] = "attack"
    given: ClassVar[frozenset[str]] = frozenset({"criterion", "bounds", "batch"})

    attack: str
    """An entry of `fcflow.attacks`; another library's, as `foolbox:DDNAttack`,
    `torchattacks:PGDL2` or `advlib:ddn`; or a function `my_attacks.py:pgd` that is given
    `(model, x, source, target, bounds)` and returns the perturbed x. The keys beside it are its
    keyword-only parameters, or what the library's class takes. A name alone has criterion `pair`
    and box `true`."""
    criterion: Literal["pair", "argmax", "target"] = "pair"
    """What has to be reached: x2's class over x1's, any other answer, or x2's class as answer."""
    box: bool | Annotated[list[bool], Field(min_length=1, max_length=2)] = True
    """Whether pixels stay within [0, 1]; a list of both tries both."""

    @classmethod
    def entry_named(cls, name: Any) -> Entry:
        """Return the entry of an attack, whoever's it is."""
        if isinstance(name, str) and ":" in name:
            return attack_entry(name)
        return super().entry_named(name)

    @model_validator(mode="after")
    def _keeps_the_box(self) -> Self:
        boxes = self.box if isinstance(self.box, list) else [self.box]
        if self.entry.options.get("boxed") and not all(boxes):
            raise ValueError(f"{self.attack} keeps pixels in [0, 1]: its box must be true")
        return self

    def variants(self) -> list[dict[str, Any]]:
        """Return the attack once for each value of ``box``."""
        boxes = self.box if isinstance(self.box, list) else [self.box]
        return [self.model_dump() | {"box": box} for box in boxes]


class PairsSettings(Section):
    """Pairs of images, what is measured of them, and what attacks them."""

    networks: Annotated[int, Field(ge=1, le=100)]
    """Networks, each trained with its own seed on the same images; 1 where none is trained.
    Source: ours; the paper has one."""
    pairs: PairsChoice
    """How pairs x1, x2 of different classes are made, `kind` and its own keys."""
    shown_pairs: Annotated[int, Field(ge=1, le=20)]
    """Pairs in the paper's tables and figures, at most; the others are in the files.
    Source: 5 for MNIST, 4 for ImageNet, [FC] §6."""
    gammas: Annotated[int, Field(ge=2)]
    """Points x1 + γ (x2 − x1) of a path at which cos θ is reported. Source: open."""
    path_tolerance: Positive
    """Largest error of the path integral, relative to the change of the gap that it must equal.
    Source: ours."""
    max_gradients: Count
    """The most gradients spent on one path, at least 2 gammas − 1; tables tell which paths would
    need more. Source: ours."""
    measures: list[str]
    """Further quantities of every pair, entries of `fcflow.experiments.images.measures`."""
    attacks: Annotated[list[AttackChoice], Field(min_length=1)]
    """How x1 is attacked, each way a row of every table. `effort` of `minimal` is how long it
    searches, quick, default or thorough. Source: the criteria
    and steps of the paper's attacks are open; DDN and `minimal` are ours."""
    pairs_at_once: Count | None
    """Pairs that are probed and attacked in one go, null for all of a job. Of one at a time, each
    perturbation is evaluated once more by itself, and lengthened by up to a thousandth until it
    succeeds alone. Source: ours."""
    memory_gb: Positive | None
    """Memory for the gradients that are evaluated at once, in 10⁹ bytes, null for 64 gradients: a
    few large images stay in a CPU's cache, a GPU wants more. Source: ours."""
    jobs: Annotated[int, Field(ge=1, le=64)]
    """Jobs among which a network's pairs are dealt out. Source: ours."""

    @field_validator("measures")
    @classmethod
    def _are_entries(cls, names: list[str]) -> list[str]:
        for name in names:
            entry_named(PACKAGE, "measure", name)
        if len(set(names)) != len(names):
            raise ValueError(f"must not repeat a measure, got {names}")
        return names

    @field_validator("attacks")
    @classmethod
    def _differ(cls, attacks: list[AttackChoice]) -> list[AttackChoice]:
        ways = [
            (one["attack"], one["criterion"], one["box"])
            for choice in attacks
            for one in choice.variants()
        ]
        repeated = next((way for way in ways if ways.count(way) > 1), None)
        if repeated:
            raise ValueError(
                "must not hold the same attack, criterion and box twice, got"
                f" {repeated[0]}, {repeated[1]}, {str(repeated[2]).lower()}"
            )
        return attacks

    @model_validator(mode="after")
    def _can_spend_what_the_grid_needs(self) -> Self:
        if self.max_gradients < 2 * self.gammas - 1:
            raise ValueError(
                f"max_gradients must be ≥ 2 gammas - 1 = {2 * self.gammas - 1}, got"
                f" {self.max_gradients}"
            )
        return self

    def scope(self, **wildcards: str) -> dict[str, Any]:
        """Return what steps may depend on, an attack for each of the values of its ``box``."""
        attacks = [way for choice in self.attacks for way in choice.variants()]
        return self.model_dump() | {"attacks": attacks}

    def modules(self, *keys: str) -> list[str]:
        """Return the modules of the entries that ``classifier``, ``pairs``, … name."""
        modules: list[str] = []
        for key in keys:
            value = getattr(self, key)
            if key == "measures":
                modules += [entry_named(PACKAGE, "measure", name).module for name in value]
            else:
                choices: Sequence[Choice] = value if isinstance(value, list) else [value]
                modules += [choice.entry.module for choice in choices]
        return modules

    def user_functions(self, *keys: str) -> list[str]:
        """Return the names of the user's own functions among what ``attacks``, … name."""
        named: list[str] = []
        if "attacks" in keys:
            named += [choice.attack for choice in self.attacks]
        return [name for name in dict.fromkeys(named) if is_user_function(name)]

    def network_files(self, experiment: str, network: str) -> dict[str, list[str]]:
        """Return the files that a network is loaded from, as inputs of a rule."""
        return {"weights": []}

    def known_wildcards(self) -> list[dict[str, str]]:
        """Return the wildcards of every job, the outermost folder first."""
        jobs = product(range(self.networks), range(self.jobs))
        return [{"network": str(network), "part": str(part)} for network, part in jobs]

    def files(self, experiment: str, file: str, *, of_parts: bool = False) -> list[str]:
        """Return one file of every network, or of each of its jobs."""
        parts = [f"part{part}/" for part in range(self.jobs)] if of_parts else [""]
        return [
            f"results/{experiment}/network{network}/{part}{file}"
            for network in range(self.networks)
            for part in parts
        ]


class ImagesSettings(PairsSettings):
    """A trained classifier and pairs of images."""

    classifier: ClassifierChoice
    """The network, `kind` and its own keys."""
