"""The settings of Theorem 1."""

from fcflow.experiments.theory.sweep import Levels, Sweep


class Settings(Sweep):
    """Theorem 1: networks that interpolate d Gaussian points of d classes."""

    epsilons: Levels
    """The ε in "at least (1 − ε)√(2d)", each in (0, 1). Source: ours; [FC] §2 says "every ε"."""
