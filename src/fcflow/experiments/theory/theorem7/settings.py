"""The settings of Theorem 7."""

from typing import Annotated

from pydantic import Field

from fcflow.config.fields import Positive
from fcflow.experiments.theory.sweep import Levels, Sweep


class Settings(Sweep):
    """Theorem 7: Gaussian gradients, and its first-order statement on trained ReLU networks."""

    alphas: Levels
    """On the networks of the ReLU study ``table3``: points α b1 + (1 − α) b2 of the segment between
    two corners that differ in the label alone. Source: ours."""

    epsilons: Annotated[list[Positive], Field(min_length=2)]
    """On these networks: the ε that shrinks. Source: ours; [FC] §4."""
