"""The settings of Figure 1's example."""

from fcflow.config.fields import Count, Level, Positive, Section


class Settings(Section):
    """Figure 1's example in the plane; a concept drawing in [FC] §5."""

    max_phi: Level
    """The example has the first matrix whose φ is at most this, in (0, 1). Source: ours."""

    column_scale: Positive
    """Factor on the first column of A. Source: ours."""

    hidden: Count
    """Hidden units of the example's network. Source: ours."""

    epochs: Count
    """Passes over its four points. Source: ours."""

    learning_rate: Positive
    """Adam's step size. Source: ours."""
