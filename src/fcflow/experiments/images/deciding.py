"""When claims about pairs of images can be decided, and what their notes tell.

The papers' text has lost the numbers of Tables 5 to 8. What is "close" is decided as in Table 4,
whose sentence is the same: within 10 %, with deviation within 25 %. What is "small" is what the
paper calls so where its numbers survive: the ρ of Table 3, 0.33; with deviation below one half.
"""

import math

import pandas as pd

from fcflow.experiments.images.chance import word_of_chance
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Below
from fcflow.stats import Estimate

_LOST = "The paper's numbers are lost in its text."
CLOSE = Below(0.1, 0.25)
SMALL = Below(0.33, 0.5)


def over_networks(estimate: Estimate, networks: pd.DataFrame, note: str) -> Measured | Untested:
    """Return an average over networks, unless there is no pair or all are of networks at chance."""
    pairs = networks[networks["pairs"] > 0]
    warning = word_of_chance(networks)
    if pairs.empty:
        return Untested("no correctly classified test seven has a mask that turns it into a one")
    if pairs["at_chance"].all():
        return Untested(warning)
    counts = f"{pairs['pairs'].sum()} pairs; n counts networks, over which the interval is."
    return Measured(estimate, " ".join(word for word in (warning, counts, note, _LOST) if word))


def over_pairs(estimate: Estimate, networks: pd.DataFrame, note: str = "") -> Measured | Untested:
    """Return an average over pairs, unless the network classifies no better than by chance."""
    nothing = word_of_chance(networks) or ("" if estimate.n else "no pair has the value")
    if nothing:
        return Untested(nothing)
    pairs = int(networks["pairs"].sum())
    short = pairs - estimate.n
    missing = f"{short} of {pairs} pairs have no value." if short > 0 else ""
    sharing = "Pairs share images, which the interval takes for independent."
    return Measured(estimate, " ".join(word for word in (missing, sharing, note, _LOST) if word))


def in_words(correlation: Estimate) -> str:
    """Return a correlation with its interval.

    Examples
    --------
    >>> in_words(Estimate(0.9, 0.8, 0.95, 40))
    '0.90 [0.80, 0.95]'
    """
    if math.isnan(correlation.value):
        return "not determined"
    return f"{correlation.value:.2f} [{correlation.low:.2f}, {correlation.high:.2f}]"
