"""The ledger as a table: every claim with its finding, and the line that sums it up."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from fcflow.artifacts.schema import TableSchema, declare, integer, real, text
from fcflow.artifacts.tables import read_table
from fcflow.experiments.imagenet.schemas import IMAGES
from fcflow.experiments.mnist.schemas import NETWORKS
from fcflow.paper import imagenet as imagenet_tables
from fcflow.paper import linear as linear_tables
from fcflow.paper import mnist as mnist_tables
from fcflow.paper import relu as relu_tables
from fcflow.paper.claims import abstract, images, linear, relu, theorems
from fcflow.paper.claims.artifacts import ARTIFACTS
from fcflow.paper.claims.claim import Claim, Finding, Verdict, untestable
from fcflow.paper.identity import IDENTITY
from fcflow.paper.render import Layout
from fcflow.paper.theory.statements import STATEMENTS

LEDGER = declare(
    "claims",
    "make_claims",
    {
        "id": text(),
        "place": text(),
        "statement": text(),
        "statistic": text(),
        "n": integer(0),
        "estimate": real(nullable=True),
        "low": real(nullable=True),
        "high": real(nullable=True),
        "expected": text(),
        "verdict": text(),
        "rule": text(),
        "artifact": text(),
        "note": text(),
    },
)
CLAIMS: list[Claim] = [
    *abstract.CLAIMS,
    *theorems.CLAIMS,
    *linear.CLAIMS,
    *relu.CLAIMS,
    *images.CLAIMS,
]
SCHEMAS: dict[str, TableSchema] = {
    "table1": linear_tables.TABLE1,
    "table2": linear_tables.TABLE2,
    "batch_size": linear_tables.BATCH_SIZES,
    "dimension": linear_tables.DIMENSIONS,
    "dimension_slopes": linear_tables.SLOPES,
    "table3": relu_tables.TABLE3,
    "table4_averages": relu_tables.TABLE4_AVERAGES,
    "relu": relu_tables.EXTENSIONS,
    "relu_slopes": relu_tables.RELU_SLOPES,
    "mnist": mnist_tables.STATISTICS,
    "mnist_networks": NETWORKS,
    "table7": imagenet_tables.TABLE7,
    "table8": imagenet_tables.TABLE8,
    "table8_averages": imagenet_tables.AVERAGES,
    "imagenet_images": IMAGES,
    "identity": IDENTITY,
} | {name: statement.schema for name, statement in STATEMENTS.items()}


def read_artifacts(files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Read the tables that claims are decided from, by short name.

    Raises
    ------
    ArtifactError
        In one line that names the file and the step that makes it: if one is missing or damaged.
    """
    return {name: read_table(files[name], SCHEMAS[name]) for name in ARTIFACTS}


def ledger(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Decide every claim; one row a claim, in the order of the paper.

    Parameters
    ----------
    tables : mapping
        From short name to table, as from :func:`read_artifacts`. A claim one of whose tables has no
        rows is not testable.

    Returns
    -------
    DataFrame
        As :data:`LEDGER`.
    """
    rows = [_row(claim, decide(claim, tables)) for claim in CLAIMS]
    return pd.DataFrame(rows)[list(LEDGER.frame.columns)]


def decide(claim: Claim, tables: Mapping[str, pd.DataFrame]) -> Finding:
    """Return what is found about one claim."""
    empty = [ARTIFACTS[name] for name in claim.artifacts if tables[name].empty]
    if empty:
        return untestable(f"no rows in {', '.join(empty)}")
    return claim.test(*(tables[name] for name in claim.artifacts))


def summary(rows: pd.DataFrame) -> str:
    """Return the ledger in one line.

    Examples
    --------
    >>> summary(pd.DataFrame({"verdict": ["reproduced", "reproduced", "not testable here"]}))
    '3 claims: 2 reproduced, 0 reproduced with deviation, 0 not reproduced, 1 not testable here'
    """
    counts = Counter(rows["verdict"])
    return f"{len(rows)} claims: " + ", ".join(
        f"{counts[verdict.value]} {verdict.value}" for verdict in Verdict
    )


def interval_text(row: Mapping[str, Any]) -> str:
    """Return an estimate with its interval as the ledger shows it.

    Examples
    --------
    >>> interval_text({"estimate": -0.5, "low": -0.57, "high": -0.44}), interval_text({"estimate": float("nan")})
    ('-0.5 [-0.57, -0.44]', '–')
    """
    if pd.isna(row["estimate"]):
        return "–"
    if pd.isna(row["low"]) or row["low"] == row["high"]:
        return f"{row['estimate']:.3g}"
    return f"{row['estimate']:.3g} [{row['low']:.3g}, {row['high']:.3g}]"


def ledger_layout(rows: pd.DataFrame, level: float) -> tuple[pd.DataFrame, Layout]:
    """Return the ledger as shown: verdicts first."""
    records: list[Any] = rows.to_dict("records")
    shown = rows.assign(
        found=[interval_text(row) for row in records],
        statement=[f"{row['statement']} {row['note']}".strip() for row in records],
    )
    labels = {
        "verdict": "verdict",
        "place": "where",
        "statement": "claim, and what was checked",
        "statistic": "statistic",
        "found": f"found [{level:.0%} interval]",
        "n": "n",
        "expected": "expected",
        "rule": "rule",
        "artifact": "decided from",
    }
    notes = [
        summary(rows) + ".",
        (
            "Rules are decided in code. Those of the theory and of the linear networks were written"
            " when most of their tables had been seen, those of MNIST and ImageNet when the ranges"
            " of a first quick run were known; the rest were not."
        ),
    ]
    return shown, Layout("Every claim, and what came out", labels, notes=notes, integers=["n"])


def _row(claim: Claim, finding: Finding) -> dict[str, Any]:
    estimate = finding.estimate
    return {
        "id": claim.id,
        "place": claim.place,
        "statement": claim.statement,
        "statistic": claim.statistic,
        "n": estimate.n,
        "estimate": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "expected": finding.expected,
        "verdict": finding.verdict.value,
        "rule": claim.rule,
        "artifact": ", ".join(ARTIFACTS[name] for name in claim.artifacts),
        "note": finding.note,
    }
