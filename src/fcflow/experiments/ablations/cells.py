"""Estimates over the networks of a cell: those of a study that differ in their seeds alone."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from fcflow.experiments.ablations.columns import FACTORS
from fcflow.experiments.ablations.naming import SWEPT, name_cells
from fcflow.experiments.theory.rows import Estimates
from fcflow.paper.layout import Layout

# What has a geometric mean over the networks of a cell that have learned.
GEOMETRIC = ("over_phi", "ratio", "over_optimal", *FACTORS)
LABELS = {
    "series": "networks",
    "networks": "networks",
    "learned": "have learned",
    "common": "averaged",
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
        what the optimal classifier tolerates; and ``common``, as :func:`learned_by_all` says.
    """
    own = networks[networks["study"].isin(studies)] if studies else networks
    last = compared(own[own["step"] == own["steps"]])
    return last.assign(common=learned_by_all(last))


def learned_by_all(networks: pd.DataFrame) -> "pd.Series[bool]":
    """Return which networks are on a matrix A on which all networks of their study have learned.

    Averages of cells are compared over these alone: which networks learn depends on φ, so that
    cells would else be averaged over other matrices each. Cells of which no network has learned
    are not counted among all, as there is nothing to compare them by.

    Examples
    --------
    >>> rows = pd.DataFrame({"study": "s", "d": 2, "depth": 1, "hidden": 3, "points": "corners"},
    ...                     index=range(4))
    >>> rows = rows.assign(entries="sign", optimiser="adam", method="plain", strength=0.0)
    >>> rows = rows.assign(activation=["relu", "tanh"] * 2, run=[0, 0, 1, 1])
    >>> learned_by_all(rows.assign(learned=[True, True, False, True])).tolist()
    [True, True, False, False]
    """
    cell = networks.groupby(["study", *SWEPT, "strength"])["learned"].transform("any")
    lost = cell.astype(bool) & ~networks["learned"].astype(bool)
    on_matrix = [networks[name] for name in ("study", "d", "entries", "run")]
    spoilt = lost.groupby(on_matrix).transform("any").astype(bool)
    kept: pd.Series[bool] = networks["learned"].astype(bool) & ~spoilt
    return kept


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

    Networks that have not learned, or others of their study on the same matrix, count in
    ``learned`` and ``accuracy`` alone.

    Parameters
    ----------
    networks : DataFrame
        As :func:`trained` returns them.
    """
    kept = networks[networks["common"]]
    learned = int(networks["learned"].sum())
    count = len(networks)
    estimates.exact("networks", None, count, count, None, series)
    estimates.share("learned", None, learned, count, None, series)  # type: ignore[arg-type]
    estimates.exact("common", None, len(kept), count, None, series)
    estimates.mean("accuracy", None, networks["accuracy"], None, series)
    for name in ("phi", "cos_theta", "rho", "deviation"):
        estimates.mean(name, None, kept[name], None, series)
    for name in GEOMETRIC:
        add_geometric(estimates, name, kept[name], series)


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
    return shown, Layout(title, labels, notes=notes, integers=["networks", "common"])


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


def all_below(rows: pd.DataFrame, quantity: str, limit: float, among: str = "") -> bool:
    """Return whether the intervals of all cells end below a limit; estimates where there is none.

    Parameters
    ----------
    among : str
        What the series has to begin with.

    Examples
    --------
    >>> rows = pd.DataFrame({"quantity": "deviation", "series": ["a", "b"], "n": 9})
    >>> rows = rows.assign(estimate=[0.04, 0.03], low=0.0, high=[0.045, 0.06])
    >>> all_below(rows, "deviation", 0.05), all_below(rows, "deviation", 0.05, "a")
    (False, True)
    """
    own = rows[(rows["quantity"] == quantity) & rows["series"].str.startswith(among)]
    own = own[(own["series"] != "") & own["estimate"].notna() & (own["n"] > 0)]
    return bool((own["high"].fillna(own["estimate"]) <= limit).all())


def compared_on(networks: pd.DataFrame) -> str:
    """Return a note on the matrices that cells of a study are compared over.

    Examples
    --------
    >>> compared_on(pd.DataFrame({"learned": [True, True, False], "common": [True, False, False]}))
    'Averages are over the matrices A on which all networks of a study learned: 1 of 2 that have.'
    """
    kept, learned = int(networks["common"].sum()), int(networks["learned"].sum())
    return (
        "Averages are over the matrices A on which all networks of a study learned:"
        f" {kept} of {learned} that have."
    )


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
