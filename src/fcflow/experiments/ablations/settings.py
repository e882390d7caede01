"""The keys of studies that go beyond the papers."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from fcflow.config.fields import Count, Name, Positive, Section, Share, without_null
from fcflow.data.coordinates import Coordinates
from fcflow.data.entries import Entries
from fcflow.experiments.ablations.studies import SWEPT, AblationStudy
from fcflow.minimal.effort import Effort
from fcflow.networks.dense_shape import DenseActivation
from fcflow.training.dense_methods import DenseOptimiser


class Settings(Section):
    """Small networks on points x = A z, one thing about them changed at a time."""

    results: ClassVar[str] = "ablations"
    # The studies that the open questions are answered from.
    QUESTIONS: ClassVar[tuple[str, ...]] = (
        *("entries", "points", "training", "depth", "width", "activation", "robust"),
    )

    d: Count
    """Input dimension. Source: 12 for the tables, [TU] §6."""
    entries: Entries
    """Distribution of the entries of A, all of mean 0 and variance 1: `gaussian`, `student_t3`
    (Student's t with 3 degrees of freedom), `laplace`, `uniform`, `sign` (±1) or `sparse` (0 with
    probability 0.7). Source: Gaussian, [FC] §3."""
    points: Coordinates
    """Where z lies, whose last coordinate is ±1 and the label: `corners` of the hypercube,
    `mixture` of Gaussians about them, `uniform` or `gaussian`. Source: corners, [FC] §3."""
    column_scale: Positive
    """Factor on every column of A but the last. Source: 5, [FC] §6."""
    depth: Count
    """Hidden layers. Source: 1, [TU] §6."""
    hidden: Count
    """Hidden units of each layer. Source: ours; the papers have 3000."""
    activation: DenseActivation
    """`relu`, `leaky_relu`, `gelu`, `tanh` or `linear`. Source: ReLU and linear, [FC] §6."""
    optimiser: DenseOptimiser
    """`adam`, or `sgd` with momentum 0.9. Source: Adam, [TU] §6."""
    batch_size: Count
    """Points in a step, each drawn anew. Source: ours."""
    steps: Count
    """Steps of training, in which the step size falls linearly to 0. Source: ours."""
    learning_rate: Positive
    """The first step size. Source: ours."""
    test_points: Count
    """Points on which accuracy is measured: all corners where there are no more, else fresh ones.
    Source: ours."""
    tolerance: Share
    """A network counts as having learned where its accuracy on them is at least 1 − tolerance.
    Those that have not are counted, and left out of averages. Source: ours."""
    probed_points: Count
    """Points of each network at which gradients, paths and least perturbations are measured, of
    those that it classifies correctly. Source: ours."""
    gammas: Annotated[int, Field(ge=2)]
    """Points of a path, from a point to that whose label alone differs, at which the gradient is
    taken. Source: ours."""
    ddn_steps: Count
    """Steps of DDN, the attack beside the search for least perturbations. Source: 100, its
    authors."""
    certified_effort: Effort
    """How much is spent on each bound that is proved; see `fcflow.certified_perturbation`.
    Source: ours."""
    networks_at_once: Count
    """Networks that are measured together. Source: ours."""
    studies: Annotated[dict[Name, AblationStudy], BeforeValidator(without_null)]
    """Networks that belong together, by name. The open questions are answered from ``entries``,
    ``points``, ``training``, ``depth``, ``width``, ``activation`` and ``robust``; any other name is
    a study of your own, in the table and figure of all studies."""

    @model_validator(mode="after")
    def _holds_the_questions_studies(self) -> Self:
        missing = [name for name in self.QUESTIONS if name not in self.studies]
        if missing:
            raise ValueError(
                f"studies must hold {', '.join(missing)}: tables and figures are made from them"
            )
        return self

    @model_validator(mode="after")
    def _can_draw_what_is_asked_for(self) -> Self:
        for name, study in self.studies.items():
            entries = study.entries or [self.entries]
            if 1 in (study.dims or [self.d]) and "sparse" in entries:
                raise ValueError(f"studies.{name}: sparse entries need d ≥ 2")
            if max(study.checkpoints, default=0) >= (study.steps or self.steps):
                raise ValueError(
                    f"studies.{name}: checkpoints must come before the last step,"
                    f" {study.steps or self.steps}"
                )
        return self

    def known_wildcards(self) -> list[dict[str, str]]:
        """Return the wildcards of every study."""
        return [{"study": name} for name in self.studies]

    def paths(self, file: str) -> list[str]:
        """Return one file of every study."""
        return [f"results/{self.results}/{study}/{file}" for study in self.studies]

    def sweep(self, study: str) -> dict[str, list[Any]]:
        """Return the lists that a study sweeps over, the section's value where it has none."""
        keys = self.studies[study]
        return {name: getattr(keys, name) or [getattr(self, own)] for name, own in SWEPT.items()}

    def scope(self, study: str = "", **others: str) -> dict[str, Any]:
        """Return the values by which the steps are called: a study's own over the section's."""
        section = self.model_dump(exclude={"studies", *SWEPT.values()})
        if study not in self.studies:
            return section
        keys = self.studies[study]
        own: Mapping[str, Any] = {
            name: getattr(keys, name)
            for name in ("steps", "batch_size", "learning_rate", "column_scale")
            if getattr(keys, name) is not None
        }
        return {
            **section,
            **own,
            "study": study,
            "runs": keys.runs,
            "sweep": self.sweep(study),
            "methods": keys.methods or {"plain": [0.0]},
            "checkpoints": keys.checkpoints,
        }
