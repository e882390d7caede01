"""Run the benchmarks named on the command line, or all of them."""

import sys
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks import (
    attacks,
    decoding,
    gradients,
    group_training,
    planning,
    relu_training,
    steps,
    theory,
    training,
)

BENCHMARKS = {
    "training": training.against_plain_pytorch,
    "training_floor": training.against_the_floor,
    "training_growth": training.growth,
    "training_memory": training.memory,
    "relu_training": relu_training.against_plain_pytorch,
    "relu_training_floor": relu_training.against_the_floor,
    "group_training": group_training.against_plain_pytorch,
    "attacks": attacks.against_published_attacks,
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


if __name__ == "__main__":
    folder = Path("results/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or BENCHMARKS:
        rows = BENCHMARKS[name]()
        rows.to_parquet(folder / f"{name}.parquet")
        show(name, rows, (BENCHMARKS[name].__doc__ or "").strip())
