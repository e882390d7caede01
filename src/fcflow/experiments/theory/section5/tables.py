"""Section 5's identity on every trained network whose path was integrated."""

from collections.abc import Mapping

import pandas as pd

from fcflow.experiments.hypercube.naming import study_name
from fcflow.experiments.images.columns import EXPERIMENTS as IMAGES
from fcflow.experiments.relu.columns import EXPERIMENTS as RELU
from fcflow.experiments.theory.section5.columns import IDENTITY, LINEAR_PATHS
from fcflow.paper.layout import Layout
from fcflow.paper.table import ShownTable, table

# What the ReLU experiment calls the gaps at the ends of its path from b1 to b2.
_ENDS = {"gap_b1": "gap_x1", "gap_b2": "gap_x2"}

_EXPERIMENTS = {
    "linear": "Linear networks",
    "relu": "ReLU networks",
    "mnist": "MNIST",
    "imagenet": "ImageNet",
}


@table(
    "identity",
    schema=IDENTITY,
    reads={
        "linear": LINEAR_PATHS.at("results/theory/linear_paths.parquet"),
        "relu": RELU.at("results/relu/experiments.parquet"),
        "mnist": IMAGES.at("results/mnist/experiments.parquet"),
        "imagenet": IMAGES.at("results/imagenet/experiments.parquet"),
    },
    label="Section 5",
    shows="D is the change of the gap",
    caption="The paper's way to measure a network between two inputs: the integral D of the"
    " gradient's component along the path from one to the other. It has to equal the change of"
    " the network's output gap g, which is checked on every network that was trained.",
)
def identity(**paths: pd.DataFrame) -> ShownTable:
    """Return, for each experiment and study, how far the integral is from the change of the gap.

    An error is relative to the change of the gap; ``converged`` counts paths whose error is within
    what was asked for. An experiment whose paths belong in the table is a line of ``reads``; a
    column ``study`` splits it into studies.
    """
    rows = []
    for experiment, frame in paths.items():
        ends = frame.rename(columns=_ENDS)
        change = ends["gap_x1"] - ends["gap_x2"]
        errors = pd.DataFrame(
            {
                "study": frame.get("study", ""),
                "converged": frame["converged"],
                "change": change.abs(),
                "relative": (frame["integral"] - change).abs() / change.abs(),
            }
        )
        rows += [
            {
                "experiment": experiment,
                "study": study,
                "paths": len(part),
                "converged": part["converged"].sum(),
                "median_change": part["change"].median(),
                "median_relative_error": part["relative"].median(),
                "largest_relative_error": part["relative"].max(),
            }
            for study, part in errors.groupby("study", sort=False)
        ]
    made = IDENTITY.table(rows)
    return ShownTable(made, *_layout(made, paths))


def _layout(rows: pd.DataFrame, paths: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, Layout]:
    """Return the table as shown."""
    shown = rows.assign(
        experiment=[_EXPERIMENTS.get(name, name.replace("_", " ")) for name in rows["experiment"]],
        study=[study_name(study) or "pairs of images" for study in rows["study"]],
        agree=[f"{row['converged']} of {row['paths']}" for row in rows.to_dict("records")],
    )
    labels = {
        "experiment": "networks",
        "study": "paths of",
        "agree": "paths within tolerance",
        "median_change": "median |g(x1) − g(x2)|",
        "median_relative_error": "median",
        "largest_relative_error": "largest",
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
    without = [experiment for experiment, frame in paths.items() if frame.empty]
    if without:
        notes.append(f"NO PATH: {', '.join(without)}.")
    spanners = {
        "|D − (g(x1) − g(x2))|, relative": ["median_relative_error", "largest_relative_error"]
    }
    title = "Section 5. The path integral D is the change of the gap"
    return shown, Layout(title, labels, spanners, notes, groups="experiment")
