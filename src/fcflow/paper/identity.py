"""Section 5's identity on every trained network: the path integral equals the change of the gap ([FC] §5, (8))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fcflow.artifacts.schema import TableSchema, declare, integer, real, text
from fcflow.artifacts.tables import read_table
from fcflow.experiments.images.columns import EXPERIMENTS
from fcflow.experiments.relu.columns import PATHS as RELU_PATHS
from fcflow.experiments.theory.schemas import LINEAR_PATHS
from fcflow.paper.render import Layout

IDENTITY = declare(
    "identity",
    "make_identity_table",
    {
        "experiment": text(),
        "study": text(),
        "paths": integer(1),
        "converged": integer(0),
        "median_change": real(0),
        "median_relative_error": real(0),
        "largest_relative_error": real(0),
    },
)


@dataclass(frozen=True)
class PathSource:
    """Where an experiment keeps its paths: the table's schema, and the names of its columns.

    Attributes
    ----------
    schema : TableSchema
    ends : (str, str)
        The columns of the gap at the start and at the end of a path.
    groups : str or None
        The column that tells studies apart, None where there is one.
    """

    schema: TableSchema
    ends: tuple[str, str]
    groups: str | None = None


# An experiment whose paths belong in the table is a line here and a key of PATH_FILES in
# rules/theory_paper.smk.
SOURCES = {
    "linear": PathSource(LINEAR_PATHS, ("gap_x1", "gap_x2"), "study"),
    "relu": PathSource(RELU_PATHS, ("gap_b1", "gap_b2"), "study"),
    "mnist": PathSource(EXPERIMENTS, ("gap_x1", "gap_x2")),
    "imagenet": PathSource(EXPERIMENTS, ("gap_x1", "gap_x2")),
}

_COLUMNS = ["study", "start", "end", "integral", "quadrature_error", "converged"]


def read_paths(experiment: str, files: str | Sequence[str | Path]) -> pd.DataFrame:
    """Return an experiment's paths from all its files, with the columns of every experiment named alike."""
    source = SOURCES[experiment]
    listed = [files] if isinstance(files, str) else list(files)
    rows = pd.concat([read_table(file, source.schema) for file in listed], ignore_index=True)
    named = rows.rename(columns=dict(zip(source.ends, ("start", "end"), strict=True)))
    named["study"] = rows[source.groups] if source.groups else ""
    return named[_COLUMNS]


def identity_table(paths: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return, for each experiment and study, how far the integral is from the change of the gap.

    An error is relative to the change of the gap; ``converged`` counts paths whose error is within
    what was asked for.
    """
    rows = []
    for experiment, found in paths.items():
        change = (found["start"] - found["end"]).abs()
        relative = (found["integral"] - (found["start"] - found["end"])).abs() / change
        told = found.assign(change=change, relative=relative)
        for study, part in told.groupby("study", sort=False):
            rows.append(
                {
                    "experiment": experiment,
                    "study": str(study),
                    "paths": len(part),
                    "converged": int(part["converged"].sum()),
                    "median_change": part["change"].median(),
                    "median_relative_error": part["relative"].median(),
                    "largest_relative_error": part["relative"].max(),
                }
            )
    return pd.DataFrame(rows, columns=list(IDENTITY.frame.columns))


def identity_layout(rows: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown, errors in powers of ten."""
    shown = rows.assign(
        median=[f"{each:.1e}" for each in rows["median_relative_error"]],
        largest=[f"{each:.1e}" for each in rows["largest_relative_error"]],
    )
    labels = {
        "experiment": "networks",
        "study": "study",
        "paths": "paths",
        "converged": "within tolerance",
        "median_change": "median |g(x1) − g(x2)|",
        "median": "median",
        "largest": "largest",
    }
    notes = [
        (
            f"{rows['converged'].sum()} of {rows['paths'].sum()} paths agree within what was asked"
            " for: rounding where the gradient is the same everywhere (linear), the quadrature's"
            " tolerance elsewhere. One path a trained network, valid or not, and on MNIST and"
            " ImageNet one a pair of images."
        ),
        (
            "D is computed from gradients alone, and compared with the network's outputs at the"
            " ends of the path."
        ),
    ]
    without = [experiment for experiment in SOURCES if experiment not in set(rows["experiment"])]
    if without:
        notes.append(f"NO PATH: {', '.join(without)}.")
    spanners = {"|D − (g(x1) − g(x2))|, relative": ["median", "largest"]}
    title = "Section 5. The path integral D is the change of the gap"
    return shown, Layout(title, labels, spanners, notes, integers=["paths", "converged"])
