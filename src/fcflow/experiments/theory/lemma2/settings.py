"""The settings of Lemma 2."""

from typing import Annotated

from pydantic import Field

from fcflow.config.fields import Count, Section
from fcflow.experiments.theory.sweep import Levels


class Settings(Section):
    """Lemma 2: the lower tail of χ²_d against its bound."""

    dims: Annotated[list[Count], Field(min_length=2)]
    """Degrees of freedom d. Source: ours."""

    alphas: Levels
    """The α of P(χ²_d ≤ αd), each in (0, 1). Source: ours; [FC] §2 says "smaller than 1"."""
