"""What was found on each open question, in plain words, with what would change our mind."""

from collections.abc import Mapping

import pandas as pd

from fcflow.experiments.ablations.architecture.columns import TABLE as ARCHITECTURE
from fcflow.experiments.ablations.cells import counted, trained
from fcflow.experiments.ablations.certified.columns import TABLE as CERTIFIED
from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.data.columns import TABLE as DATA
from fcflow.experiments.ablations.explanations.columns import TABLE as EXPLANATIONS
from fcflow.experiments.ablations.findings.columns import FINDINGS
from fcflow.experiments.ablations.findings.questions import QUESTIONS
from fcflow.experiments.ablations.robust.columns import TABLE as ROBUST
from fcflow.experiments.ablations.training.columns import TABLE as TRAINING
from fcflow.paper.claims.claim import Claim, declared_claims
from fcflow.paper.claims.finding import Verdict
from fcflow.paper.claims.wording import minus
from fcflow.paper.estimates import beside, columns
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.phrases import several
from fcflow.paper.table import ShownTable, table

_ROOM = __name__.removesuffix(".findings.tables")


@table(
    "findings",
    schema=FINDINGS,
    reads={
        "networks": NETWORKS.at("results/ablations/networks.parquet"),
        "data": DATA.at("results/tables/ablations_data.parquet"),
        "training": TRAINING.at("results/tables/ablations_training.parquet"),
        "architecture": ARCHITECTURE.at("results/tables/ablations_architecture.parquet"),
        "robust": ROBUST.at("results/tables/ablations_robust.parquet"),
        "explanations": EXPLANATIONS.at("results/tables/ablations_explanations.parquet"),
        "certified": CERTIFIED.at("results/tables/ablations_certified.parquet"),
    },
    label="Findings in plain words",
    shows="answers to the questions that the papers leave open",
    caption="What the papers leave open, answered: in words that follow from the numbers, with the"
    " effect and its interval, the number of networks, and what would change our mind.",
)
def findings(
    networks: pd.DataFrame,
    data: pd.DataFrame,
    training: pd.DataFrame,
    architecture: pd.DataFrame,
    robust: pd.DataFrame,
    explanations: pd.DataFrame,
    certified: pd.DataFrame,
    *,
    level: float,
) -> ShownTable:
    """Return a row a question, decided by the rule of its claim."""
    tables: Mapping[str, pd.DataFrame] = {
        "data": data,
        "training": training,
        "architecture": architecture,
        "robust": robust,
        "explanations": explanations,
        "certified": certified,
    }
    records = []
    for question in QUESTIONS:
        rows = tables[question.room]
        claim = _claim_of(question.room)
        found = claim.rule.judge(claim.test(rows))
        held = found.verdict is Verdict.REPRODUCED
        records.append(
            {
                "claim": question.claim,
                "question": question.words,
                "answer": question.seen(rows) + ".",
                "measured": claim.statistic,
                **columns(found.estimate),
                "verdict": found.verdict.value,
                "note": minus(found.note),
                "networks": networks_in_words(trained(networks, *question.studies)),
                "unless": question.if_held if held else question.if_not,
                "shown": question.shown,
            }
        )
    made = FINDINGS.table(records)
    labels = {
        "question": "question",
        "answer": "what was found",
        "measured": "measured",
        "estimate": f"effect [{percent(level)} interval]",
        "n": "networks",
        "unless": "what would change our mind",
    }
    notes = [
        "Sentences follow from the numbers; each is decided by a claim's rule.",
        counted(trained(networks)),
    ]
    layout = Layout("Findings in plain words", labels, notes=notes, integers=["n"])
    return ShownTable(made, beside(made), layout)


def networks_in_words(networks: pd.DataFrame) -> str:
    """Return how many networks there are, and how large they are.

    Examples
    --------
    >>> networks_in_words(pd.DataFrame({"d": 10, "depth": [1, 1, 5], "hidden": [64, 64, 30]}))
    '3 networks trained, d = 10, 1 to 5 hidden layers (2 of them 1), width 30 to 64'
    """
    if networks.empty:
        return "none trained"
    layers = f"{_span(networks['depth'])} hidden layers"
    if networks["depth"].max() > networks["depth"].min():
        layers += f" ({int((networks['depth'] == 1).sum())} of them 1)"
    elif layers == "1 hidden layers":
        layers = "1 hidden layer"
    return (
        f"{several(len(networks), 'network')} trained, d = {_span(networks['d'])}, {layers}, width"
        f" {_span(networks['hidden'])}"
    )


def _span(sizes: "pd.Series[int]") -> str:
    return " to ".join(dict.fromkeys(str(int(size)) for size in (sizes.min(), sizes.max())))


def _claim_of(room: str) -> Claim:
    (claim,) = declared_claims([f"{_ROOM}.{room}.claims"])
    return claim
