"""Every study by its name, those from a configuration of one's own too."""

import pandas as pd

from fcflow.experiments.ablations.cells import (
    LABELS,
    add_cell,
    cells_of,
    compared_on,
    counted,
    trained,
    wide_cells,
)
from fcflow.experiments.ablations.columns import NETWORKS, STUDIES
from fcflow.experiments.ablations.naming import study_words
from fcflow.experiments.theory.rows import Estimates
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table

_SHOWN = (
    *("networks", "learned", "common", "accuracy", "phi", "cos_theta", "over_phi", "rho", "ratio"),
    "over_optimal",
)


@table(
    "ablations_studies",
    schema=STUDIES,
    reads={"networks": NETWORKS.at("results/ablations/networks.parquet")},
    label="Studies of small networks",
    shows="every study, by its name in the configuration",
    caption="Every study that the configuration names under ablations, one of your own as those of"
    " the open questions: whether its networks learn the task, how compressed they are beside what"
    " theory says (φ), and how short least perturbations are.",
)
def ablations_studies(networks: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return a cell's averages after training; ``series`` names what differs in its study."""
    own = trained(networks)
    tables = []
    for study in dict.fromkeys(own["study"]):
        estimates = Estimates(resamples, level)
        for name, cell in cells_of(own[own["study"] == study]):
            add_cell(estimates, name, cell)
        tables.append(pd.DataFrame(estimates.rows).assign(study=study))
    rows = STUDIES.table(pd.concat(tables, ignore_index=True))
    shown = pd.concat(
        [
            wide_cells(part, _SHOWN).assign(study=study_words(str(study)))
            for study, part in rows.groupby("study", sort=False)
        ],
        ignore_index=True,
    )
    labels = {"study": "study", "series": "networks", **{name: LABELS[name] for name in _SHOWN}}
    notes = [
        f"After training. In brackets {percent(level)} intervals over networks, each on a matrix A"
        " of its own; averages of ratios are geometric. ρ is the mean of |cos θ| on the path to the"
        " point whose label alone differs, half is half its length.",
        counted(own),
        compared_on(own),
    ]
    title = "Small networks, study by study"
    layout = Layout(title, labels, notes=notes, integers=["networks", "common"], groups="study")
    return ShownTable(rows, shown, layout)
