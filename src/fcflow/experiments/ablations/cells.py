"""Estimates over the networks of a cell: those of a study that differ in their seeds alone."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from fcflow.experiments.ablations.columns import FACTORS
from fcflow.experiments.ablations.naming import name_cells
from fcflow.experiments.theory.rows import Estimates
from fcflow.paper.layout import Layout

# What has a geometric mean over the networks of a cell that have learned.
GEOMETRIC = ("over_phi", "ratio", "over_optimal", *FACTORS)
LABELS = {
    "series": "networks",
    "networks": "networks",
    "learned": "have learned",
    "accuracy": "accuracy, all",
    "phi": "φ",
    "cos_theta": "|cos θ_1|",
    "deviation": "||cos θ_1| − φ|",
    "over_phi": "|cos θ_1|/φ",
    "rho": "ρ on the path",
    "ratio": "‖e‖/half",
    "over_optimal": "‖e‖/optimal",
}


def trained(networks: pd.DataFrame, *studies: str) -> pd.DataFrame:
    """Return the networks of some studies after their training, with what they are compared by.

    Parameters
    ----------
    networks : DataFrame
        As :data:`~fcflow.experiments.ablations.columns.NETWORKS`.
    *studies : str
        All if none is given.

    Returns
    -------
    DataFrame
        With ``deviation`` ||cos θ1| − φ|, ``over_phi`` |cos θ1|/φ and ``over_optimal``, ‖e‖ over
        what the optimal classifier tolerates.
    """
    own = networks[networks["study"].isin(studies)] if studies else networks
    return compared(own[own["step"] == own["steps"]])


def compared(networks: pd.DataFrame) -> pd.DataFrame:
    """Return networks, at any step, with what they are compared by; see :func:`trained`."""
    return networks.assign(
        deviation=(networks["cos_theta"] - networks["phi"]).abs(),
        over_phi=networks["cos_theta"] / networks["phi"],
        over_optimal=networks["norm"] / networks["half_distance"],
    )


def cells_of(
    networks: pd.DataFrame, always: Sequence[str] = ()
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the cells of one study by their names, in the order of the configuration.

    Parameters
    ----------
    networks : DataFrame
    always : sequence of str
        See :func:`~fcflow.experiments.ablations.naming.name_cells`.
    """
    names = name_cells(networks, always)
    for name in dict.fromkeys(names):
        yield name, networks[names == name]


def add_cell(estimates: Estimates, series: str, networks: pd.DataFrame) -> None:
    """Add what the networks of a cell have on average; ``at`` is missing in all rows.

    Networks that have not learned count in ``learned`` and ``accuracy`` alone.
    """
    learned = networks[networks["learned"]]
    count = len(networks)
    estimates.exact("networks", None, count, count, None, series)
    estimates.share("learned", None, len(learned), count, None, series)  # type: ignore[arg-type]
    estimates.mean("accuracy", None, networks["accuracy"], None, series)
    for name in ("phi", "cos_theta", "rho", "deviation"):
        estimates.mean(name, None, learned[name], None, series)
    for name in GEOMETRIC:
        add_geometric(estimates, name, learned[name], series)


def add_geometric(
    estimates: Estimates,
    quantity: str,
    values: "pd.Series[float]",
    series: str = "",
    at: float | None = None,
) -> None:
    """Add the geometric mean of positive values, others left out."""
    logs = np.log(values.where(values > 0).dropna().to_numpy(dtype=np.float64))
    before = len(estimates.rows)
    estimates.mean(quantity, at, logs, None, series)
    for name in ("estimate", "low", "high"):
        estimates.rows[before][name] = single(float(np.exp(estimates.rows[before][name])))


def single(value: float) -> float:
    """Return a number to the digits that float32 networks have; others are rounding.

    Examples
    --------
    >>> single(1.0000017), single(0.123456)
    (1.0, 0.12346)
    """
    return float(f"{value:.5g}")


def wide_cells(rows: pd.DataFrame, quantities: Sequence[str]) -> pd.DataFrame:
    """Return a row a series and a column, with its interval, for each quantity.

    Series that lack all of the quantities are left out.
    """
    own = rows[rows["quantity"].isin(quantities) & (rows["series"] != "")]
    order = list(dict.fromkeys(own["series"]))
    parts = [pd.DataFrame({"series": order})]
    for name in quantities:
        one = own[own["quantity"] == name].set_index("series").reindex(order)
        values = {"": "estimate", "_low": "low", "_high": "high"}
        parts.append(
            pd.DataFrame(
                {f"{name}{end}": one[column].to_numpy() for end, column in values.items()},
                dtype="float64",
            )
        )
    return pd.concat(parts, axis=1)


def cells_layout(
    rows: pd.DataFrame, title: str, quantities: Sequence[str], notes: Sequence[str]
) -> tuple[pd.DataFrame, Layout]:
    """Return cells as a table shows them."""
    shown = wide_cells(rows, quantities)
    labels = {"series": LABELS["series"], **{name: LABELS[name] for name in quantities}}
    return shown, Layout(title, labels, notes=notes, integers=["networks"])


def worst_cell(rows: pd.DataFrame, quantity: str, among: str = "") -> pd.Series | None:
    """Return the row of a cell with the largest estimate of a quantity, nothing if there is none.

    Parameters
    ----------
    among : str
        What the series has to begin with.
    """
    own = rows[(rows["quantity"] == quantity) & rows["series"].str.startswith(among)]
    own = own[(own["series"] != "") & own["estimate"].notna() & (own["n"] > 0)]
    return None if own.empty else own.iloc[int(own["estimate"].argmax())]


def counted(networks: pd.DataFrame) -> str:
    """Return a note on the networks that have not learned.

    Examples
    --------
    >>> counted(pd.DataFrame({"learned": [True, False]}))
    '1 of 2 networks have not learned their task and are left out of averages.'
    """
    lost = int((~networks["learned"]).sum())
    return (
        f"{lost} of {len(networks)} networks have not learned their task and are left out of"
        " averages."
    )
