"""What the presets of the search are meant to be worth, and whether they are."""

from collections.abc import Callable

import pandas as pd

from benchmarks.peers.attacks import ATTACKS, DEFAULT, QUICK, THOROUGH

Rows = pd.DataFrame  # one network's, by attack

# Each is asked of one network's rows, where an attack that it names may be missing.
GOALS: dict[str, Callable[[Rows], bool]] = {
    "default: no longer than the best peer of 1,000 steps": (
        lambda rows: rows.length[DEFAULT] <= min(rows.length[_peers(rows, steps=1000)])
    ),
    "default: 95 % within 1.001": lambda rows: rows.near_share[DEFAULT] >= 0.95,
    "default: worst 1.02": lambda rows: rows.worst[DEFAULT] <= 1.02,
    "default: in less time than DDN-1000": lambda rows: _faster(rows, "DDN-1000"),
    "default: in less time than DDN-100": lambda rows: _faster(rows, "DDN-100"),
    "quick: shorter than SuperDeepFool": (
        lambda rows: rows.length[QUICK] < rows.length["SuperDeepFool"]
    ),
    "quick: in SuperDeepFool's time": (
        lambda rows: rows.core_ms[QUICK] <= rows.core_ms["SuperDeepFool"]
    ),
    "thorough: 99 % within 1.001": lambda rows: rows.near_share[THOROUGH] >= 0.99,
    "more effort is never worse": lambda rows: rows.worse_than_less.sum() == 0,
}


def goals(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a network: yes or no to every goal, a dash where an attack is missing."""
    reached = []
    for network, rows in table.groupby("network", sort=False):
        by_attack = rows.set_index("attack")
        reached.append({"network": network} | {goal: _said(by_attack, goal) for goal in GOALS})
    return pd.DataFrame(reached)


def _said(rows: Rows, goal: str) -> str:
    try:
        return "yes" if GOALS[goal](rows) else "no"
    except KeyError:
        return "-"


def _peers(rows: Rows, steps: int) -> list[str]:
    return [name for name in rows.index if ATTACKS[name].steps == steps]


def _faster(rows: Rows, peer: str) -> bool:
    # Time of the core, which other work on the machine does not lengthen.
    return bool(rows.core_ms[DEFAULT] < rows.core_ms[peer])
