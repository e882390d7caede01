"""The settings of Theorem 5."""

from typing import Annotated

from pydantic import Field

from fcflow.config.fields import Count
from fcflow.experiments.theory.sweep import Sweep, Widening


class Settings(Sweep):
    """Theorem 5: arbitrary last layers behind Gaussian layers."""

    layers: Count
    """Gaussian layers behind the last one. Source: ours; [FC] §2."""

    widening: Widening
    """By how much each layer is wider than the one before, at least 1. Source: ours; [FC] §2."""

    classes: Annotated[int, Field(ge=2)]
    """Outputs of the network. Source: ours."""
