"""The settings of Theorem 6."""

from typing import Annotated

from pydantic import Field

from fcflow.config.fields import Count, Positive
from fcflow.experiments.theory.sweep import Sweep


class Settings(Sweep):
    """Theorem 6: exponentially many points of two classes."""

    column_scales: Annotated[list[Positive], Field(min_length=1)]
    """Factors on every column of A but the last. Source: 1 in [FC] §3, 5 in §6."""

    points: Count
    """Points attacked of each matrix, all corners if there are fewer. Source: ours."""

    max_decoded_dim: Annotated[int, Field(ge=0)]
    """Up to which d the class distance is decoded. Source: ours."""

    max_nodes: Count
    """Where the search for the class distance is given up. Source: ours."""
