"""How much of each attack's length is proved to be needed."""

import numpy as np
import pandas as pd

from fcflow.clusters import clustered_estimate
from fcflow.experiments.ablations.cells import counted, single, trained
from fcflow.experiments.ablations.certified.columns import TABLE
from fcflow.experiments.ablations.columns import ATTACKS, NETWORKS
from fcflow.experiments.ablations.naming import VALUES
from fcflow.experiments.theory.rows import Estimates
from fcflow.paper.layout import Layout
from fcflow.paper.numbers import percent
from fcflow.paper.table import ShownTable, table
from fcflow.stats import Estimate

_MOST_RESAMPLES = 2000

LABELS = {
    "norm": "least found",
    "projection": "projections",
    "ddn": "DDN",
    "fast_gradient": "fast gradient",
}


@table(
    "ablations_certified",
    schema=TABLE,
    reads={"networks": NETWORKS.at("results/ablations/networks.parquet")},
    label="What is proved",
    shows="certified bounds beside every attack",
    caption="Attacks find upper bounds on the least perturbation ‖e‖; lower bounds are proved"
    " without any attack. How much of the length that each attack finds is proved to be needed, for"
    " all networks that have learned and of whose activation anything can be proved. The last row"
    " is without linear networks, of which the bound is exact.",
)
def ablations_certified(networks: pd.DataFrame, *, resamples: int, level: float) -> ShownTable:
    """Return proved shares; ``series`` is the attack, ``at`` the number of hidden layers.

    Linear networks, of whatever depth, stand at 0. They are left out of what is over all, as there
    is nothing to prove of them that is not exact. Intervals are from resampling matrices, whose
    networks go together.
    """
    own = with_certificates(networks)
    estimates = Estimates(resamples, level)
    for name in ("norm", *ATTACKS):
        bent = own[own["bends"] > 0]
        estimates.add("proved", None, _share(bent, name, resamples, level), None, name)
        for depth, part in own.groupby("bends"):
            share = _share(part, name, resamples, level)
            estimates.add("proved", float(depth), share, None, name)  # type: ignore[arg-type]
    for row in estimates.rows:
        row |= {name: single(row[name]) for name in ("estimate", "low", "high")}
    rows = TABLE.table(estimates.rows)
    return ShownTable(rows, *_layout(rows, level, networks, len(own)))


def _share(networks: pd.DataFrame, name: str, resamples: int, level: float) -> Estimate:
    """Return the mean share, with an interval from resampling matrices."""
    own = networks.dropna(subset=[f"proved_{name}"])
    values = own[f"proved_{name}"].to_numpy(dtype=np.float64)
    return clustered_estimate(
        lambda places: float(values[places].mean()),
        own["matrix"].to_numpy(),
        resamples=min(resamples, _MOST_RESAMPLES),
        level=level,
    )


def with_certificates(networks: pd.DataFrame) -> pd.DataFrame:
    """Return the trained networks that have learned and about which something is proved.

    Returns
    -------
    DataFrame
        With ``bends``, the number of layers that are not linear, and ``matrix``, which networks of
        a study share.
    """
    own = trained(networks)
    own = own[own["learned"] & own["proved_norm"].notna()]
    return own.assign(
        bends=own["depth"].where(own["activation"] != "linear", 0),
        matrix=["/".join(map(str, row)) for row in own[["study", "d", "run"]].to_numpy()],
    )


def depth_words(depth: float) -> str:
    """Return what networks with so many hidden layers that are not linear are called.

    Examples
    --------
    >>> depth_words(0.0), depth_words(1.0), depth_words(3.0)
    ('linear', '1 hidden layer', '3 hidden layers')
    """
    if depth == 0:
        return "linear"
    return f"{depth:g} hidden layer{'s' if depth > 1 else ''}"


def _layout(
    rows: pd.DataFrame, level: float, networks: pd.DataFrame, count: int
) -> tuple[pd.DataFrame, Layout]:
    records = []
    depths = sorted(rows["at"].dropna().unique())
    for depth in [*depths, None]:
        here = rows["at"].isna() if depth is None else rows["at"] == depth
        record: dict[str, object] = {
            "networks": "all but linear" if depth is None else depth_words(depth)
        }
        for row in rows[here].to_dict("records"):
            name = str(row["series"])
            record |= {name: row["estimate"], f"{name}_low": row["low"]}
            record |= {f"{name}_high": row["high"], "n": row["n"]}
        records.append(record)
    learned = trained(networks)
    missing = int(learned["learned"].sum()) - count
    kinds = sorted(
        set(learned.loc[learned["learned"] & learned["proved_norm"].isna(), "activation"])
    )
    unproved = ", ".join(VALUES["activation"][str(kind)] for kind in kinds)
    notes = [
        f"Mean shares with {percent(level)} intervals over matrices A; a network's is the mean over"
        " its points.",
        f"Of {missing} networks that have learned nothing can be proved: {unproved}."
        * bool(missing),
        counted(learned),
    ]
    labels = {"networks": "networks", **LABELS, "n": "number"}
    spanners = {"share that is proved of the length of": list(LABELS)}
    title = "How much of each attack's length is proved"
    return pd.DataFrame(records), Layout(
        title, labels, spanners, notes, integers=["n"], totals=1 if depths else 0
    )
