"""What came of a measurement, in a few rows: each attack, and why perturbations are so short."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fcflow.extras import paper_extra

with paper_extra():
    import pandas as pd

    from fcflow.paper.phrases import several

FACTORS = ("weighted_cosine", "evenness", "boundary_place", "curvature")
_NAMES = {
    "weighted_cosine": "compression: mean cos θ of the path, weighted by ‖∇g‖",
    "evenness": "evenness: mean ‖∇g‖ of the path over that at x1",
    "boundary_place": "place of the boundary: 1 in the middle",
    "curvature": "curvature: ‖e‖ over the first-order length",
}
_FEW_CORRECT = 0.5  # below this share a wrong normalisation is likelier than a poor model
_BY_HOW_MUCH = r" by [-+.\de]+$"  # in a reason, which differs from pair to pair


class AttackRow(NamedTuple):
    """What one attack found.

    Attributes
    ----------
    attack, criterion : str
        Its name as it was given, and what it has to reach.
    box : bool
        Whether perturbed inputs stay within their bounds.
    found, pairs : int
    norm, ratio : float
        Mean length, and the geometric mean of lengths over half the distance, of those found.
    gradients : float
        Mean number spent on a pair.
    reasons : tuple of str
        Why others were not found, the most frequent first, each with how many.
    """

    attack: str
    criterion: str
    box: bool
    found: int
    pairs: int
    norm: float
    ratio: float
    gradients: float
    reasons: tuple[str, ...]


class FactorRow(NamedTuple):
    """A factor's name in words and its geometric mean over pairs; NaN where there is none."""

    factor: str
    mean: float


def attack_rows(attacks: pd.DataFrame) -> list[AttackRow]:
    """Return a row for each attack, criterion and box, in the order of the file."""
    rows = []
    for (name, criterion, box), own in attacks.groupby(["attack", "criterion", "box"], sort=False):
        found = own[own["success"]]
        failed = own.loc[~own["success"], "reason"].str.removeprefix(f"{name} ")
        why = failed.str.replace(_BY_HOW_MUCH, "", regex=True).value_counts(sort=True)
        rows.append(
            AttackRow(
                str(name),
                str(criterion),
                bool(box),
                len(found),
                len(own),
                float(found["norm"].mean()),
                _geometric_mean(found["ratio"]),
                float(own["n_backward"].mean()),
                tuple(f"{count} × {reason}" for reason, count in why.items()),
            )
        )
    return rows


def factor_rows(experiments: pd.DataFrame) -> list[FactorRow]:
    """Return the four factors' geometric means over pairs; they multiply to that of the ratio.

    The perturbation is the shortest that put x2's class over x1's. Nothing where the factors were
    not measured.
    """
    if not {*FACTORS[:3]} <= {*experiments.columns}:
        return []
    values = experiments.assign(
        curvature=experiments["least"] * experiments["gradient_norm"] / experiments["gap_x1"],
        ratio=experiments["least"] / experiments["half_distance"],
    )
    whole = values[[*FACTORS, "ratio"]].dropna()
    whole = whole[(whole > 0).all(axis=1)]
    rows = [FactorRow(_NAMES[name], _geometric_mean(whole[name])) for name in FACTORS]
    product = FactorRow(
        "‖e‖ over half the distance, their product", _geometric_mean(whole["ratio"])
    )
    return [*rows, product]


def certified_line(experiments: pd.DataFrame) -> str:
    """Return what is proved of the pairs, where that was measured, and nothing otherwise.

    Examples
    --------
    >>> rows = pd.DataFrame({"certified": [0.5, 0.1, float("nan")], "least": [1.0, 1.0, 1.0]})
    >>> certified_line(rows)
    'Certified: of 2 of 3 pairs no perturbation below a bound flips, on average 0.3 of ‖e‖.'
    """
    if "certified" not in experiments:
        return ""
    share = (experiments["certified"] / experiments["least"]).dropna()
    proved, pairs = int(experiments["certified"].notna().sum()), len(experiments)
    if not proved:
        reasons = experiments.get("certified_reason", pd.Series(dtype=object)).dropna()
        why = next((f": {reason}" for reason in reasons if reason), "")
        return f"Certified: nothing is proved of any of {several(pairs, 'pair')}{why}."
    return (
        f"Certified: of {proved} of {pairs} pairs no perturbation below a bound flips, on average"
        f" {share.mean():.3g} of ‖e‖."
    )


def headline(experiments: pd.DataFrame) -> str:
    """Return in a sentence how short perturbations are, and how much of x1 - x2 is looked at."""
    ratio = _geometric_mean(experiments["least"] / experiments["half_distance"])
    cos = float(experiments["mean_abs_cos"].mean())
    found = int(experiments["least"].notna().sum())
    if not found:
        return f"No perturbation was found for any of {several(len(experiments), 'pair')}."
    pairs = several(len(experiments), "pair")
    return (
        f"The shortest perturbations that put x2's class over x1's, found for {found} of {pairs},"
        f" are {ratio:.3g} of half the distance between the two inputs"
        f" (geometric mean); mean |cos θ| along the path from one to the other is {cos:.3g}."
    )


def accuracy(networks: pd.DataFrame) -> str:
    """Return how many inputs are classified correctly, with what to look at where few are.

    Examples
    --------
    >>> accuracy(pd.DataFrame({"correct": [9], "images": [10]}))
    '9 of 10 inputs are classified correctly.'
    """
    correct, inputs = (int(networks[name].iloc[0]) for name in ("correct", "images"))
    line = f"{correct} of {inputs} inputs are classified correctly."
    few = correct < _FEW_CORRECT * inputs
    check = " If that is less than expected, look at --mean, --std, --size and --classes."
    return line + check * few


def _geometric_mean(values: "pd.Series[float]") -> float:
    known = values[values > 0].dropna()
    return float(np.exp(np.log(known).mean())) if len(known) else float("nan")


def shown(value: float, digits: int = 3) -> str:
    """Return a number as tables show it.

    Examples
    --------
    >>> shown(0.12345), shown(float("nan"))
    ('0.123', '–')
    """
    return f"{value:.{digits}g}" if np.isfinite(value) else "–"


def boxed(row: AttackRow) -> str:
    """Return whether an attack kept inputs within their bounds, as tables show it."""
    return "yes" if row.box else "no"


def counted(row: AttackRow) -> str:
    """Return how many perturbations an attack found, as tables show it."""
    return f"{row.found} of {row.pairs}"


def spent(row: AttackRow) -> str:
    """Return an attack's gradients for a pair, as tables show them."""
    return f"{row.gradients:.0f}"


def not_found(rows: Sequence[AttackRow]) -> list[str]:
    """Return a line for each attack's reasons why nothing was found."""
    return [f"{row.attack}: {'; '.join(row.reasons[:3])}" for row in rows if row.reasons]
