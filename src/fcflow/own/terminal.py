"""What came of a measurement, as a terminal shows it."""

from fcflow.data.own.labelled_inputs import skipped_lines
from fcflow.experiments.images.chance import word_of_chance
from fcflow.extras import paper_extra
from fcflow.own.folder import Measured
from fcflow.own.summary import (
    accuracy,
    attack_rows,
    boxed,
    certified_line,
    counted,
    factor_rows,
    headline,
    not_found,
    shown,
    spent,
)

with paper_extra():
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text


def show(measured: Measured, console: Console) -> None:
    """Print a row for each attack, the four factors, what was not found, and what was left out."""
    attacks = attack_rows(measured.attacks)
    table = Table(box=box.SIMPLE)
    table.add_column("attack", overflow="fold")
    for name in ("criterion", "box"):
        table.add_column(name)
    for name in ("found", "mean ‖e‖", "‖e‖/half", "gradients"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in attacks:
        numbers = (shown(row.norm), shown(row.ratio), spent(row))
        table.add_row(Text(row.attack), row.criterion, boxed(row), counted(row), *numbers)
    console.print(table)
    factors = factor_rows(measured.experiments)
    if factors:
        table = Table(box=box.SIMPLE)
        table.add_column("factor (geometric mean)")
        table.add_column("", justify="right")
        for factor in factors:
            table.add_row(Text(factor.factor), shown(factor.mean))
        console.print(table)
    left_out = zip(measured.skipped["name"], measured.skipped["reason"], strict=True)
    chance = word_of_chance(measured.networks)
    told = [*([chance] if chance else []), *measured.notes, *skipped_lines(left_out)]
    said = [
        headline(measured.experiments),
        certified_line(measured.experiments),
        accuracy(measured.networks),
    ]
    for line in [*filter(None, said), *not_found(attacks), *told]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
