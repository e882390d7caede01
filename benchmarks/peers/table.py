"""Lengths of all attacks on all networks, relative to the shortest that any of them found."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.peers.attacks import PRESETS
from benchmarks.peers.measurement import Measured

_RESAMPLES, _LEVEL = 10_000, 0.95
NEAR = 1.001
_ROUNDING = 1e-9


def ratios(lengths: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Return every attack's lengths over the shortest of all on the same point, [n].

    A failure is infinitely long. A point that no attack flips says nothing of any, and is left out.
    """
    best = np.min([*lengths.values()], axis=0)
    flipped = np.isfinite(best)
    return {name: length[flipped] / best[flipped] for name, length in lengths.items()}


def mean_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the bootstrap's interval of a mean, 95 %, over points."""
    draws = np.random.default_rng(0).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)


def worse_than_less(name: str, lengths: Mapping[str, NDArray[np.float64]]) -> int:
    """Return on how many points a preset is longer than one of less effort."""
    efforts = [one for one in PRESETS if one in lengths]
    less = efforts[: efforts.index(name)] if name in efforts else []
    if not less:
        return 0
    best = np.min([lengths[one] for one in less], axis=0)
    return int((lengths[name] > best * (1 + _ROUNDING)).sum())


def rows(network: str, found: Mapping[str, Measured]) -> pd.DataFrame:
    """Return one row an attack on one network."""
    lengths = {name: one.length for name, one in found.items()}
    relative = ratios(lengths)
    table = []
    for name, one in found.items():
        ratio = relative[name]
        flips = np.isfinite(ratio)
        # Resampling infinite ratios says only that there are some.
        low, high = mean_interval(ratio) if flips.all() else (np.inf, np.inf)
        table.append(
            {
                "network": network,
                "attack": name,
                "points": len(one.length),
                "failed": int(np.isinf(one.length).sum()),
                "length": float(one.length.mean()),
                "ratio": float(ratio.mean()),
                "ratio_low": low,
                "ratio_high": high,
                "median": float(np.median(ratio)),
                "worst": float(ratio.max()),
                "near_share": float((ratio <= NEAR).mean()),
                "worse_than_less": worse_than_less(name, lengths),
                "gradients": one.gradients,
                "forwards": one.forwards,
                "wall_ms": one.wall_ms,
                "core_ms": one.core_ms,
            }
        )
    return pd.DataFrame(table)


def markdown(table: pd.DataFrame) -> str:
    """Return the table as markdown, a block of rows a network."""
    heads = {
        "network": "network",
        "attack": "attack",
        "failed": "failed",
        "ratio": "length / best of all (95 %)",
        "near_share": "within 1.001",
        "worst": "worst",
        "gradients": "gradients",
        "forwards": "forward passes",
        "core_ms": "ms a point",
    }
    lines = ["| " + " | ".join(heads.values()) + " |", "|---|---|" + "---:|" * (len(heads) - 2)]
    previous = ""
    for row in table.itertuples(index=False):
        network = "" if row.network == previous else f"{row.network}, {row.points} points"
        previous = row.network
        cells = [
            network,
            row.attack,
            str(row.failed),
            f"{row.ratio:.4f} ({row.ratio_low:.4f} to {row.ratio_high:.4f})",
            f"{row.near_share:.0%}",
            f"{row.worst:.3f}",
            f"{row.gradients:.0f}",
            f"{row.forwards:.0f}",
            f"{row.core_ms:.3g}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
