"""The benchmark itself: every attack on every network, and what comes of it."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.peers.attacks import installed
from benchmarks.peers.data import colours_name
from benchmarks.peers.goals import goals
from benchmarks.peers.measurement import measured
from benchmarks.peers.table import markdown, rows
from benchmarks.peers.training import FOLDER, NAMES, case


def against_peers(
    only: Sequence[str] = (), *, again: Sequence[str] = (), folder: Path = FOLDER
) -> pd.DataFrame:
    """Quality against cost of the search's presets and of published attacks.

    Lengths are relative to the shortest that any of them found.

    Parameters
    ----------
    only : names of networks, all of them by default
    again : names of attacks
        Measured anew although ``folder`` holds their results.
    folder : path
        Keeps trained networks and results.
    """
    if unknown := {*only} - {*NAMES}:
        raise SystemExit(f"{min(unknown)!r} is none of the networks: {', '.join(NAMES)}")
    attacks = installed()
    if unknown := {*again} - {*attacks}:
        raise SystemExit(f"{min(unknown)!r} is none of the attacks: {', '.join(attacks)}")

    print(f"The networks named after colours see {colours_name()}.")
    tables = []
    for network in only or NAMES:
        given = case(network, folder)
        classes, found = given.model(given.x[:1]).shape[1], {}
        for name, attack in attacks.items():
            if attack.most_classes and classes > attack.most_classes:
                print(f"{network}: {name} takes a gradient for each of {classes} classes: skipped")
                continue
            found[name] = measured(name, attack, given, folder, again=name in again)
            print(f"{network}: {name} done", flush=True)
        tables.append(rows(network, found))

    table = pd.concat(tables, ignore_index=True)
    (folder / "peers.md").write_text(markdown(table), encoding="utf-8")
    table.to_csv(folder / "peers.csv", index=False)
    print(goals(table).to_string(index=False))
    return table
