import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from fcflow.paper.render import Layout, latex, write_csv, write_html, write_tex

ROWS = pd.DataFrame(
    {
        "n": [1, 2],
        "phi": [0.123456, np.nan],
        "what": ["<script>alert(1)</script>", "50 % of _ & {x}"],
    }
)
LAYOUT = Layout(
    "φ < 1 & more",
    {"n": "n", "phi": "φ = |R|/‖a‖", "what": "cos θ1 – √d ≥ π"},
    {"both": ["n", "phi"]},
    ["a note with 100 %"],
    ["n"],
)


class Text(HTMLParser):
    """Collect a page's text and its tags."""

    def __init__(self):
        super().__init__()
        self.text, self.tags = "", []

    def handle_data(self, data):
        """Keep text."""
        self.text += data

    def handle_starttag(self, tag, attrs):
        """Keep the names of tags."""
        self.tags.append(tag)


def test_html_shows_text_as_text(tmp_path):
    write_html(ROWS, LAYOUT, tmp_path / "a.html")
    page = Text()
    page.feed((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags
    for shown in (
        "<script>alert(1)</script>",
        "φ < 1 & more",
        "0.1235",
        "–",
        "a note with 100 %",
        "both",
    ):
        assert shown in page.text


def test_csv_keeps_full_precision(tmp_path):
    write_csv(ROWS, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "a.csv"), ROWS)


def test_csv_is_read_right_by_spreadsheets_and_keeps_text_apart_from_numbers(tmp_path):
    rows = pd.DataFrame(
        {"séries": ["1e-06", "", 'θ1, "φ"'], "n": [1, 2, 3], "ok": [True, False, True]}
    )
    write_csv(rows, tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # else a spreadsheet guesses another encoding
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = file.read().splitlines()
    assert lines == ['"séries","n","ok"', '"1e-06",1,True', '"",2,False', '"θ1, ""φ""",3,True']
    again = pd.read_csv(tmp_path / "a.csv", dtype={"séries": "str"}, keep_default_na=False)
    pd.testing.assert_frame_equal(again, rows)


def test_tex_escapes_what_latex_would_take_for_commands(tmp_path):
    write_tex(ROWS, LAYOUT, tmp_path / "a.tex")
    text = (tmp_path / "a.tex").read_text(encoding="utf-8")
    assert text.isascii()
    assert r"50 \% of \_ \& \{x\}" in text
    assert r"\multicolumn{2}{c}{both}" in text
    assert text.count(r"\\") == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a_b", r"a\_b"),
        ("φ", r"$\varphi$"),
        ("θ1", r"$\theta_1$"),
        ("‖∂L‖₂", r"$\|$$\partial$L$\|$$_2$"),
        ("\\", r"\textbackslash{}"),
    ],
)
def test_latex_of_text(text, expected):
    assert latex(text) == expected


def test_tex_compiles_where_latex_is_installed(tmp_path):
    compiler = shutil.which("pdflatex")
    if compiler is None:
        return  # nothing in the workflow needs LaTeX
    write_tex(ROWS, LAYOUT, tmp_path / "a.tex")
    (tmp_path / "b.tex").write_text(
        r"\documentclass{article}\usepackage{booktabs}\begin{document}\input{a}\end{document}"
    )
    done = subprocess.run(
        [compiler, "-halt-on-error", "b"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
