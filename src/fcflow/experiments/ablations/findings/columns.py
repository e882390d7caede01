"""The columns of the findings."""

from fcflow.artifacts.schema import declare, text
from fcflow.paper.estimates import INTERVAL

FINDINGS = declare(
    "findings",
    "make_table",
    {
        "claim": text(),  # the id of the claim that it is decided by
        "question": text(),
        "answer": text(),
        "measured": text(),
        **INTERVAL,
        "verdict": text(),
        "note": text(),
        "networks": text(),  # that it is about, in words
        "unless": text(),  # what would change our mind
        "shown": text(),  # the figure and the table of this name
    },
)
