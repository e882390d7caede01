"""Settings that the statements have in common."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from fcflow.config.fields import Count, Level, Section, as_number

Levels = Annotated[list[Level], Field(min_length=1)]
# Layers do not narrow, n_(i+1) ≥ n_i; widened by more, the third of them would fill the memory.
Widening = Annotated[float, BeforeValidator(as_number), Field(ge=1, le=4)]


class Sweep(Section):
    """A simulation over dimensions."""

    dims: Annotated[list[Annotated[int, Field(ge=2)]], Field(min_length=2)]
    """Dimensions d, rising. Source: ours."""

    draws: Annotated[list[Count], Field(min_length=2)]
    """How many random draws at each of ``dims``: exponents are fitted over all dimensions, so that
    few are enough where d is large and each is costly. Source: ours."""

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
