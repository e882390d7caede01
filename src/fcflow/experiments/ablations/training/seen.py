"""What is seen of compression during training, in words."""

import pandas as pd

from fcflow.experiments.ablations.naming import VALUES
from fcflow.experiments.theory.rows import pick, total
from fcflow.experiments.vulnerability.totals import total_row
from fcflow.paper.numbers import estimate, plain
from fcflow.paper.seen import against

_LEAD = "Compression is there before training, in random weights, and training first lessens it: "
# What comes back of it, by where the last |cos θ1| minus the first lies beyond doubt.
_BACK = {"above": "a part of what is lost comes back", "below": "more than what is lost comes back"}
_UNKNOWN = "whether all of what is lost comes back cannot be told"


def seen(rows: pd.DataFrame) -> str:
    """Return |cos θ1| at first, at its largest and at the end, and what differs beyond doubt."""
    names = sorted(set(rows["series"]), key=lambda name: name != "relu")
    known = [name for name in names if total_row(rows, "fall", name) is not None]
    if not known:
        return "No network has learned its task"
    courses = [
        f"in {VALUES['activation'][name]} networks{'' if place else ' |cos θ₁| is'}"
        f" {_course(rows, name)}"
        for place, name in enumerate(known)
    ]
    before = [_path(rows, name)["at"].min() == 0 for name in known]
    lessened = all(before) and all(_above(rows, "rise", name) for name in known)
    text = f"{_LEAD if lessened else ''}{'; '.join(courses)}"
    return text[:1].upper() + text[1:]


def _course(rows: pd.DataFrame, name: str) -> str:
    """Return |cos θ1| of one activation at three steps, and which of its changes are shown."""
    path = _path(rows, name)
    first, last = path.iloc[0], path.iloc[-1]
    top = path.loc[path["at"] == total(rows, "peak", name)["estimate"]].iloc[0]
    kept = [first, top] if first["at"] < top["at"] < last["at"] else [first]
    values = ", ".join(f"{estimate(row)} {_when(row['at'])}" for row in kept)
    rises, falls = (_above(rows, change, name) for change in ("rise", "fall"))
    if rises and falls:
        change = total(rows, "change", name)
        shown = _BACK.get(against(change["low"], change["high"], 0.0), _UNKNOWN)
    elif rises:
        shown = "that any of what is lost comes back is not shown"
    else:
        shown = f"a rise is not shown, a fall {'is' if falls else 'neither'}"
    return f"{values} and {estimate(last)} at the end ({shown})"


def _when(step: float) -> str:
    return f"after {plain(step)} steps" if step else "before training"


def _path(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return pick(rows, "cos_theta", name).dropna(subset=["at", "estimate"])


def _above(rows: pd.DataFrame, change: str, name: str) -> bool:
    row = total(rows, change, name)
    return against(row["low"], row["high"], 0.0) == "above"
