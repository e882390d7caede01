"""What the simulations of the statements need."""

from typing import Any

from fcflow.resources.needs import Needs, mib
from fcflow.resources.pipelines import Pipeline
from fcflow.resources.vulnerability import random_networks

_SQUARES = 10  # matrices d × d that are held at once
_FLOP_PER_SECOND = 2e10


def simulation(section: Any) -> Needs:
    """Return the needs of a statement's simulation, by the largest of its dimensions.

    Parameters
    ----------
    section : section
        The statement's own; keys that it does not have count as few.
    """
    if hasattr(section, "noise_sizes"):
        return random_networks(section)
    dims = getattr(section, "dims", None) or [64]
    draws = getattr(section, "draws", None)
    each = draws if isinstance(draws, list) and len(draws) == len(dims) else [100] * len(dims)
    widening = getattr(section, "widening", None) or max(getattr(section, "widenings", [1]))
    squares = _SQUARES * widening**2
    work = sum(number * d**2 for number, d in zip(each, dims, strict=True))
    return Needs(mib(squares * max(dims) ** 2), 5 + 100 * work / _FLOP_PER_SECOND)


def pipelines(sections: dict[str, Any]) -> list[Pipeline]:
    """Return one pipeline a statement, which is one step."""
    return [
        Pipeline(name, {"statement": {(): simulation(section).seconds}})
        for name, section in sections.items()
    ]
