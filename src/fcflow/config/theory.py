"""The keys of the theorems' simulations ([FC] §2 to §5, [TU] §3 to §5)."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from fcflow.config.fields import Count, Level, Positive, Section, as_number

Dim = Annotated[int, Field(ge=2)]
Dims = Annotated[list[Dim], Field(min_length=2)]
Draws = Annotated[list[Count], Field(min_length=2)]
Levels = Annotated[list[Level], Field(min_length=1)]
Widening = Annotated[float, BeforeValidator(as_number), Field(ge=1, le=4)]


class Sweep(Section):
    """A simulation over dimensions: as many draws at each as stands beside it."""

    dims: Dims
    draws: Draws

    @field_validator("dims")
    @classmethod
    def _rise(cls, dims: list[int]) -> list[int]:
        if any(after <= before for before, after in pairwise(dims)):
            raise ValueError(f"must rise, got {dims}")
        return dims

    @model_validator(mode="after")
    def _as_many_draws_as_dims(self) -> Self:
        if len(self.draws) != len(self.dims):
            raise ValueError(
                f"draws must have one number for each of the {len(self.dims)} dims, got"
                f" {len(self.draws)}"
            )
        return self


class Theorem1(Sweep):
    """Networks that interpolate d Gaussian points of d classes."""

    epsilons: Levels


class Lemma2(Section):
    """The lower tail of χ²_d against its bound."""

    dims: Annotated[list[Count], Field(min_length=2)]
    alphas: Levels


class Lemma3(Section):
    """The QR decomposition of products of Gaussian matrices."""

    widths: Annotated[list[Annotated[list[Count], Field(min_length=2)]], Field(min_length=1)]
    draws: Annotated[int, Field(ge=50)]
    error_rate: Level
    wrong_degrees: Count

    @field_validator("widths")
    @classmethod
    def _do_not_fall(cls, widths: list[list[int]]) -> list[list[int]]:
        for layers in widths:
            for before, after in pairwise(layers):
                if after < before:
                    raise ValueError(
                        f"must not fall, n_(i+1) ≥ n_i (Lemma 3), but {before} is followed by"
                        f" {after} in {layers}"
                    )
        return widths


class Theorem4(Sweep):
    """Theorem 1 behind Gaussian generator layers; n_{i+1} ≥ n_i, so ``widenings`` are at least 1."""

    layers: Annotated[list[Count], Field(min_length=1)]
    widenings: Annotated[list[Widening], Field(min_length=1)]
    law_draws: Annotated[int, Field(ge=50)]


class Theorem5(Sweep):
    """Arbitrary last layers behind Gaussian layers."""

    layers: Count
    widening: Widening
    classes: Annotated[int, Field(ge=2)]


class Theorem6(Sweep):
    """Exponentially many points of two classes."""

    column_scales: Annotated[list[Positive], Field(min_length=1)]
    points: Count
    max_decoded_dim: Annotated[int, Field(ge=0)]
    max_nodes: Count


class Theorem7(Sweep):
    """Gaussian gradients, and the first-order statement on the trained networks of the ReLU study ``table3``."""

    alphas: Levels
    epsilons: Annotated[list[Positive], Field(min_length=2)]


class Figure1(Section):
    """The two-dimensional example of Figure 1."""

    max_phi: Level
    column_scale: Positive
    hidden: Count
    epochs: Count
    learning_rate: Positive


class TheoryExperiment(Section):
    """The theorems by simulation, and Figure 1."""

    theorem1: Theorem1
    lemma2: Lemma2
    lemma3: Lemma3
    theorem4: Theorem4
    theorem5: Theorem5
    theorem6: Theorem6
    theorem7: Theorem7
    figure1: Figure1
