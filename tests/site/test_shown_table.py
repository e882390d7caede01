"""The site shows the cells of the page that the report has."""

import pandas as pd

from fcflow.paper.render import Layout, write_html
from fcflow.site.shown_table import read_shown_table


def test_cells_headings_and_notes_are_those_of_the_page(tmp_path):
    rows = pd.DataFrame({"name": ["a < b", "c & d"], "mean": [0.5, -0.25], "n": [3, 4]})
    layout = Layout(
        "Means, <all>",
        {"name": "what", "mean": "mean", "n": "n"},
        spanners={"numbers": ["mean", "n"]},
        notes=["n > 2 & so on", "second"],
        integers=["n"],
    )
    write_html(rows, layout, tmp_path / "table.html")
    shown = read_shown_table(tmp_path / "table.html")
    assert shown.title == "Means, <all>"
    assert [cell.text for cell in shown.headings[0]] == ["what", "numbers"]
    assert [(cell.span, cell.depth) for cell in shown.headings[0]] == [(1, 2), (2, 1)]
    assert [cell.text for cell in shown.headings[-1]] == ["mean", "n"]
    assert [row[0].text for row in shown.rows] == ["a < b", "c & d"]
    assert [row[2].text for row in shown.rows] == ["3", "4"]
    assert all(row[1].numeric and not row[0].numeric for row in shown.rows)
    assert shown.notes == ["n > 2 & so on", "second"]
