"""Run the benchmarks named on the command line, or all of them."""

import argparse
import sys
from functools import partial
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks import (
    attacks,
    decoding,
    fresh_training,
    gradients,
    group_training,
    planning,
    relu_training,
    steps,
    theory,
    training,
)
from benchmarks.peers.run import against_peers

BENCHMARKS = {
    "training": training.against_plain_pytorch,
    "training_floor": training.against_the_floor,
    "training_growth": training.growth,
    "training_memory": training.memory,
    "relu_training": relu_training.against_plain_pytorch,
    "relu_training_floor": relu_training.against_the_floor,
    "fresh_training": fresh_training.against_plain_pytorch,
    "group_training": group_training.against_plain_pytorch,
    "attacks": attacks.against_published_attacks,
    "peers": against_peers,
    "decoding": decoding.against_brute_force,
    "decoding_growth": decoding.growth,
    "gradients": gradients.batched_against_one_by_one,
    "gradients_memory": gradients.memory,
    "class_distance": decoding.classes,
    "theory": theory.against_loops,
    "theory_growth": theory.growth,
    "planning": planning.planning,
    "cluster_jobs": planning.cluster_jobs,
    "steps": steps.against_the_floor,
}


def show(name: str, rows: pd.DataFrame, description: str) -> None:
    """Print one benchmark's rows."""
    table = Table(title=f"{name}: {description}", title_justify="left")
    for column in rows.columns:
        table.add_column(column, justify="right")
    for row in rows.itertuples(index=False):
        table.add_row(
            *(f"{value:.4g}" if isinstance(value, float) else str(value) for value in row)
        )
    # In a pipe there is no width to ask for.
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--only", action="append", default=[], help="of peers: one network")
    parser.add_argument(
        "--again", action="append", default=[], help="of peers: measure one attack anew"
    )
    arguments = parser.parse_args()
    if unknown := {*arguments.names} - BENCHMARKS.keys():
        parser.error(f"{min(unknown)!r} is none of the benchmarks: {', '.join(BENCHMARKS)}")
    return arguments


if __name__ == "__main__":
    arguments = _arguments()
    peers = partial(against_peers, arguments.only, again=arguments.again)
    folder = Path("results/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or BENCHMARKS:
        run = BENCHMARKS[name]
        rows = peers() if run is against_peers else run()
        rows.to_parquet(folder / f"{name}.parquet")
        show(name, rows, (run.__doc__ or "").strip().split("\n\n")[0])
