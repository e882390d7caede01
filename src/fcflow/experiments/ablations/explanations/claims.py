"""Whether compression predicts the least perturbation of networks held out."""

import pandas as pd

from fcflow.experiments.ablations.explanations.columns import TABLE
from fcflow.experiments.vulnerability.totals import measured, value_of
from fcflow.paper.claims.claim import claim
from fcflow.paper.claims.finding import Measured, Untested
from fcflow.paper.claims.rules import Above
from fcflow.paper.numbers import number

SAMPLE = "ablations"
FIXED = "2026-11-26, after (b799a23)"
DIFFERS = (
    "Not in the papers. All networks of the studies of the open questions, d = {ablations.d}. The"
    " limits are from after quick runs; that |cos θ1| too is averaged by its logarithm, that a kind"
    " is one across studies and that its matrices are held out with it are from after the numbers"
    " were known."
)
PART = "explanations"
_OTHERS = {
    "theory": "φ‖a‖",
    "gap over gradient": "g/‖∇g‖",
    "gradient length": "‖∇g‖",
    "curvature on the path": "N̄/N(0)",
    "loss gradient": "‖∂L‖₂",
    "mean loss gradient": "E‖∂L‖₂",
}


@claim(
    "question-explanations",
    paper="OQ",
    place="Explanations",
    statement="Compression predicts fragility: |cos θ1|‖a‖ predicts ‖e‖ of networks of a kind that"
    " was held out.",
    statistic="share of the variance of networks' mean log ‖e‖ predicted from mean log |cos θ1|‖a‖,"
    " each kind of network from all others on other matrices",
    # What is asked of the same explanation on digits.
    rule=Above(0.9, loosely=0.8),
    reads={"rows": TABLE.at("results/tables/ablations_explanations.parquet")},
)
def compression_predicts(rows: pd.DataFrame) -> Measured | Untested:
    """Take the share on kinds of network held out."""
    listed = ", ".join(
        f"{words} {number(value_of(rows, 'held_out', name))}" for name, words in _OTHERS.items()
    )
    return measured(rows, "held_out", "compression", f"Others: {listed}.")
