"""Tables are compiled by every LaTeX engine, and nothing reaches beyond the page."""

import pandas as pd
import pytest
from tests.paper.compiled import ENGINES, compile_all

from fcflow.paper.claims.ledger import claims
from fcflow.paper.glossary import GLOSSARY
from fcflow.paper.latex_table import write_tex
from fcflow.paper.latex_text import latex
from fcflow.paper.layout import Layout, Panel
from fcflow.paper.numbers import Cell
from fcflow.sources import ROOMS, find_entries


def made_up():
    """Return tables that are wide, long, wordy and full of symbols."""
    numbers = pd.DataFrame(
        {f"x{i}": [-0.12345, 0.5] for i in range(9)}
        | {f"x{i}_low": [-0.2, 0.4] for i in range(9)}
        | {f"x{i}_high": [-0.1, 0.6] for i in range(9)}
    )
    symbols = [term.name for term in GLOSSARY] + [term.meaning for term in GLOSSARY]
    words = pd.DataFrame(
        {
            "text": symbols,
            "file": ["results/tables/fo2_regularisers_of_a_long_name.parquet"] * len(symbols),
            "n": range(len(symbols)),
            "found": [Cell("0.5", "[0.4, 0.6]")] * len(symbols),
        }
    )
    wide = Layout("Wide, ρ ≥ 1", {f"x{i}": f"heading {i} of |cos θ1|" for i in range(9)})
    wordy = Layout(
        "Words",
        {"text": "what is said", "file": "file", "n": "n", "found": "found"},
        {"a heading over two": ["n", "found"]},
        notes=symbols[:20],
    )
    both = Layout("Both", dict(wide.labels), below=[Panel(words, wordy)])
    return {
        "wide": (numbers, wide),
        "wordy": (words, wordy),
        "both": (numbers, both),
        "short": (numbers, Layout("Short", {"x1": "x", "x2": "y"})),
        "empty": (numbers.head(0), wide),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_compiles_tables_that_fit_the_page(tmp_path, engine):
    for name, (rows, layout) in made_up().items():
        write_tex(rows, layout, tmp_path / f"{name}.tex")
    assert compile_all(engine, sorted(tmp_path.glob("*.tex")), tmp_path) == []


def test_what_tables_and_claims_say_has_a_command_for_every_character():
    texts = [term.name + term.meaning + term.where for term in GLOSSARY]
    texts += [text for one in claims() for text in (one.statement, one.statistic, one.place)]
    for kind in ("table", "figure"):
        for entry in find_entries(ROOMS, kind).values():
            texts += [str(option) for option in entry.options.values()]
    for text in texts:
        assert "U+" not in latex(text), text
