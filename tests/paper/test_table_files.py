"""Tables as HTML, LaTeX and CSV, from rows with every kind of column and of character."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from fcflow.paper.csv_table import write_csv
from fcflow.paper.html_table import write_html
from fcflow.paper.latex_table import write_tex
from fcflow.paper.latex_text import latex
from fcflow.paper.layout import Layout, Panel

ROWS = pd.DataFrame(
    {
        "kind": ["first & best", "first & best", "second"],
        "n": [1, 2, 30],
        "phi": [0.123456, np.nan, -2.0e-6],
        "phi_low": [0.11, np.nan, -2.0e-6],
        "phi_high": [0.14, np.nan, -2.0e-6],
        "what": ["<script>alert(1)</script>", "50 % of _ & {x}", "[0, 1] at x1"],
    }
)
BELOW = Layout("Below, E‖∂L‖_q", {"n": "n", "phi": "φ"}, notes=["a note with 100 %"])
LAYOUT = Layout(
    "φ < 1 & more",
    {"kind": "", "n": "n", "phi": "φ = |R_dd|/‖a‖", "what": "cos θ1 – √d ≥ π"},
    {"both": ["n", "phi"]},
    ["a note with 100 %", "valid runs only"],
    ["n"],
    groups="kind",
    totals=1,
    below=[Panel(ROWS, BELOW)],
)


class Page(HTMLParser):
    """Collect a page's text and its tags."""

    def __init__(self, path):
        super().__init__()
        self.text, self.tags, self.attributes = "", [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_data(self, data):
        """Keep text."""
        self.text += data

    def handle_starttag(self, tag, attrs):
        """Keep the names of tags and their attributes."""
        self.tags.append(tag)
        self.attributes += attrs


@pytest.fixture
def page(tmp_path):
    write_html(ROWS, LAYOUT, tmp_path / "a.html", caption="What ρ is, & why.")
    return Page(tmp_path / "a.html")


def test_html_shows_text_as_text(page):
    assert "script" not in page.tags
    for shown in (
        *("<script>alert(1)</script>", "φ < 1 & more", "0.123 [0.110, 0.140]", "–", "both"),
        *("a note with 100 %", "first & best", "−2.00 × 10−6", "What ρ is, & why."),
    ):
        assert shown in page.text
    assert page.text.count("a note with 100 %") == 1


def test_html_is_made_for_phones_and_for_the_keyboard(page):
    assert ("content", "width=device-width, initial-scale=1") in page.attributes
    assert "max-width: 44rem" in page.text
    assert page.tags.count("table") == 2
    assert page.attributes.count(("class", "box")) == page.attributes.count(("tabindex", "0")) == 2
    assert ("scope", "rowgroup") in page.attributes


def test_html_loads_nothing_from_elsewhere(page):
    assert {"script", "link", "img", "iframe"}.isdisjoint(page.tags)
    assert not any("http" in (value or "") for _, value in page.attributes)


def test_html_explains_the_words_that_it_uses(page):
    assert ("id", "word-rho") in page.attributes
    assert ("id", "word-valid") in page.attributes
    assert ("id", "word-pgd") not in page.attributes


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


def test_csv_has_one_minus_sign_which_spreadsheets_read_as_a_number(tmp_path):
    write_csv(ROWS, tmp_path / "a.csv")
    assert "-2e-06" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_tex_escapes_what_latex_would_take_for_commands(tmp_path):
    write_tex(ROWS, LAYOUT, tmp_path / "a.tex")
    text = (tmp_path / "a.tex").read_text(encoding="utf-8")
    assert text.isascii()
    assert r"50 \% of \_ \& \{x\}" in text
    assert r"\multicolumn{2}{c}{both}" in text
    assert r"$-$2.00 $\times$ 10$^{-6}$" in text


def test_tex_says_which_packages_it_needs(tmp_path):
    write_tex(ROWS, LAYOUT, tmp_path / "a.tex")
    lines = (tmp_path / "a.tex").read_text().splitlines()
    assert lines[1] == r"% In the preamble: \usepackage{booktabs}"
    wordy = pd.DataFrame({"text": ["word " * 40], "n": [1]})
    write_tex(wordy, Layout("Wordy", {"text": "text", "n": "n"}), tmp_path / "b.tex")
    assert r"\usepackage{array}" in (tmp_path / "b.tex").read_text().splitlines()[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my_file", r"my\_file"),
        ("φ", r"$\varphi$"),
        ("θ1", r"$\theta_{1}$"),
        ("‖∂L‖₂", r"$\|\partial$L$\|_{2}$"),
        ("χ²_d", r"$\chi^{2}_{d}$"),
        ("D̃ and N̄", r"$\tilde{D}$ and $\bar{N}$"),
        ("√(2d)", r"$\sqrt{2d}$"),
        ("αx", r"$\alpha$x"),
        ("∂γ x", r"$\partial\gamma$ x"),
        ("Café", r"Caf\'{e}"),
        ("[0, 1]", "{[}0, 1{]}"),
        ("\\", r"\textbackslash{}"),
        ("漢", "{[}U+6F22{]}"),
    ],
)
def test_latex_of_text(text, expected):
    assert latex(text) == expected
