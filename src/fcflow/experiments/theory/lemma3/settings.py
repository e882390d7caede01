"""The settings of Lemma 3."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from fcflow.config.fields import Count, Level, Section


class Settings(Section):
    """Lemma 3: the QR decomposition of products of Gaussian matrices."""

    widths: Annotated[list[Annotated[list[Count], Field(min_length=2)]], Field(min_length=1)]
    """Lists n_1, …, n_l that must not fall, n_(i+1) ≥ n_i. Source: ours; [FC] §2."""

    draws: Annotated[int, Field(ge=50)]
    """Products of each list of widths, and products of triangular factors beside them. Source:
    ours."""

    error_rate: Level
    """The chance of any false rejection over all tests, in (0, 1). Source: ours."""

    wrong_degrees: Count
    """Degrees of freedom too many, in the tests that must reject. Source: ours."""

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
