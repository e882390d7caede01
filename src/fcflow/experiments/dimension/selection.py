"""Which runs belong to a dimension law: those that classify points drawn anew."""

import numpy as np
import pandas as pd

# So few trained runs at a dimension say nothing of it, and leave no interval.
FEWEST = 3
LINEAR, ONE_LAYER = "linear", "one_layer"
_NAMES = {
    LINEAR: "linear",
    ONE_LAYER: "ReLU, 1 hidden layer",
    "two_layers": "ReLU, 2 hidden layers",
    "three_layers": "ReLU, 3 hidden layers",
}


def kind_name(study: str) -> str:
    """Return what a study's networks are called, one from the configuration as it is named there.

    Examples
    --------
    >>> kind_name("linear"), kind_name("my_study")
    ('linear', 'my study')
    """
    return _NAMES.get(study, study.replace("_", " "))


def trained_runs(runs: pd.DataFrame, study: str | None = None) -> pd.DataFrame:
    """Return the runs that were trained, of one study or of all, with what is derived from them.

    ``ratio`` is |cos θ1| / φ of the run's own matrix, ``margin_ratio`` the same over |cos θ1| of
    the widest margin.

    Examples
    --------
    >>> rows = pd.DataFrame({"study": ["linear"] * 2, "trained": [True, False], "phi": [0.5, 0.1]})
    >>> rows = rows.assign(abs_cos_theta=0.6, margin_cosine=0.6)
    >>> trained_runs(rows, "linear")[["ratio", "margin_ratio"]].round(3).to_numpy().tolist()
    [[1.2, 1.0]]
    """
    kept = runs[runs["trained"] & runs["abs_cos_theta"].notna()]
    kept = kept if study is None else kept[kept["study"] == study]
    return pd.DataFrame(kept).assign(
        ratio=kept["abs_cos_theta"] / kept["phi"],
        margin_ratio=kept["abs_cos_theta"] / kept["margin_cosine"],
    )


def several_at_each(runs: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the runs with a positive value, at the dimensions that have enough of them.

    Examples
    --------
    >>> rows = pd.DataFrame({"d": [4, 4, 4, 8], "ratio": [1.0, 1.1, 1.2, 1.0]})
    >>> several_at_each(rows, "ratio")["d"].unique().tolist()
    [4]
    """
    known = runs[np.isfinite(runs[column].to_numpy(dtype=np.float64)) & (runs[column] > 0)]
    sizes = known["d"].map(known["d"].value_counts())
    return pd.DataFrame(known[sizes >= FEWEST])


def missed(runs: pd.DataFrame, study: str) -> str:
    """Return, for a note, how many of a study's runs were not trained, and where; else nothing.

    Examples
    --------
    >>> rows = pd.DataFrame({"study": "linear", "d": [4, 8, 8], "trained": [True, False, True]})
    >>> missed(rows, "linear")
    '1 of 3 runs could not be trained within their steps (d = 8: 1 of 2) and are left out.'
    """
    own = runs[runs["study"] == study]
    lost = own[~own["trained"].astype(bool)]
    if lost.empty:
        return ""
    counts = own.groupby("d").size()
    gone = lost.groupby("d").size()
    where = ", ".join(f"d = {d}: {gone.loc[d]} of {counts.loc[d]}" for d in gone.index)
    return (
        f"{len(lost)} of {len(own)} runs could not be trained within their steps ({where}) and are"
        " left out."
    )
