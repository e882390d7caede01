"""How much of the least perturbation found is proved."""

import pandas as pd

from fcflow.experiments.ablations.certified.columns import TABLE
from fcflow.experiments.ablations.certified.tables import LABELS, depth_words
from fcflow.experiments.theory.rows import pick
from fcflow.experiments.vulnerability.totals import measured, value_of
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Above
from fcflow.paper.numbers import estimate, number
from fcflow.paper.phrases import several

SAMPLE = "ablations"
FIXED = "2026-11-26, after (b799a23)"
DIFFERS = (
    "Not in the papers, which have attacks alone. All networks of the studies of the open"
    " questions that are piecewise linear, d = {ablations.d}. The limits are from after quick runs;"
    " that linear networks, of which the bound is exact, do not count and that those of one matrix"
    " go together is from after the numbers were known."
)
PART = "certified"
_LIMIT = 0.99


@claim(
    "question-certified",
    paper="OQ",
    place="Certificates",
    statement="The perturbations that attacks find in small networks are the least ones: 99 % of"
    " their length is proved to be needed.",
    statistic="certified radius over the least length that any attack finds, mean over networks"
    " that are not linear",
    # Beyond the error of what else is averaged here, a percent does not matter.
    rule=Above(_LIMIT, loosely=0.95),
    reads={"rows": TABLE.at("results/tables/ablations_certified.parquet")},
)
def lengths_are_proved(rows: pd.DataFrame) -> Measured | Untested:
    """Take the mean share of the least length found."""
    attacks = ", ".join(
        f"{words} {number(value_of(rows, 'proved', name))}"
        for name, words in LABELS.items()
        if name != "norm"
    )
    by_depth = pick(rows, "proved", "norm").dropna(subset=["at", "estimate"])
    by_depth = by_depth[by_depth["at"] > 0]
    if by_depth.empty:
        return Untested("no network about which anything can be proved has learned its task")
    depths = by_depth.to_dict("records")
    listed = "; ".join(
        f"{depth_words(row['at'])} {estimate(row, limits=[_LIMIT])}, {several(row['n'], 'network')}"
        for row in depths
    )
    note = f"Of each attack's: {attacks}. Of the least found, by depth: {listed}."
    reaching = [f"{row['at']:g}" for row in depths if row["low"] < _LIMIT]
    if reaching:
        note += f" Intervals that reach below {_LIMIT:g}, by hidden layers: {', '.join(reaching)}."
    return measured(rows, "proved", "norm", note)
