"""The settings of Theorem 4."""

from typing import Annotated

from pydantic import Field

from fcflow.config.fields import Count
from fcflow.experiments.theory.sweep import Sweep, Widening


class Settings(Sweep):
    """Theorem 4: Theorem 1 where the points come from Gaussian generator layers."""

    layers: Annotated[list[Count], Field(min_length=1)]
    """Numbers of generator layers. Source: ours; [FC] §2."""

    widenings: Annotated[list[Widening], Field(min_length=1)]
    """By how much each layer is wider than the one before; at least 1, because n_(i+1) ≥ n_i.
    Source: ours; [FC] §2."""

    law_draws: Annotated[int, Field(ge=50)]
    """Draws at each d of R's last block alone, by Lemma 3's law. Source: ours."""
