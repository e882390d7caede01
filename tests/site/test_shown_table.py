"""The site takes over tables and notes from a table's own page, and nothing that could do harm."""

from html.parser import HTMLParser

import pandas as pd
import pytest

from fcflow.paper.html_table import write_html
from fcflow.paper.layout import Layout
from fcflow.site.shown_table import read_shown_table

PAGE = """<!DOCTYPE html><html><head><title>T</title><style>td { color: red }</style></head><body>
<main><h1>T</h1><p class="caption">what it shows</p>
<div class="box"><table class="stacked other" id="x"><thead>
<tr><td colspan="2"></td>
<th class="over" scope="colgroup" colspan="2">both &lt;of&gt; them</th></tr>
<tr><th scope="col" onclick="alert(1)">d</th><th scope="col" class="number">θ<sub>1</sub></th></tr>
</thead><tbody><tr class="totals"><th scope="row">4</th>
<td class="number">0.5 <span class="beside" style="color: red">[0.4, 0.6]</span></td></tr></tbody>
</table></div><script>alert(1)</script>
<ul class="notes"><li>a &amp; b</li></ul>
<details class="words"><summary>Words</summary>
<dl><dt id="word-d">d</dt><dd>inputs</dd></dl></details>
</main></body></html>"""


def shown(tmp_path, page):
    (tmp_path / "table.html").write_text(page, encoding="utf-8")
    return str(read_shown_table(tmp_path / "table.html", 'Table "1"'))


def test_structure_and_classes_are_kept_and_everything_else_is_not(tmp_path):
    html = shown(tmp_path, PAGE)
    assert 'aria-label="Table &#34;1&#34;"><table class="stacked">' in html
    assert '<th colspan="2" scope="colgroup" class="over">both &lt;of&gt; them</th>' in html
    assert '<th scope="col" class="number">θ<sub>1</sub></th>' in html
    assert '<span class="beside">[0.4, 0.6]</span>' in html
    assert '<ul class="notes"><li>a &amp; b</li></ul>' in html
    assert "<dt>d</dt><dd>inputs</dd>" in html
    for gone in ("script", "alert", "style", "red", "onclick", ' id="', "what it shows", "<h1>"):
        assert gone not in html


def test_every_element_that_begins_ends(tmp_path):
    waiting = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag, attrs):
            waiting.append(tag)

        def handle_endtag(self, tag):
            assert waiting.pop() == tag

    Balance().feed(shown(tmp_path, PAGE))
    assert waiting == []


@pytest.fixture
def written(tmp_path):
    """Return what is taken over of a page that the package writes."""
    rows = pd.DataFrame({"name": ["a < b", "c & d"], "mean": [0.5, -0.25], "n": [3, 4]})
    layout = Layout(
        "Means, <all>",
        {"name": "what", "mean": "mean", "n": "n"},
        spanners={"numbers": ["mean", "n"]},
        notes=["n > 2 & so on"],
        integers=["n"],
    )
    write_html(rows, layout, tmp_path / "table.html")
    return str(read_shown_table(tmp_path / "table.html", "Means"))


def test_of_a_page_of_the_package_cells_and_notes_are_there_once(written):
    for text in ("a &lt; b", "c &amp; d", "numbers", "n &gt; 2 &amp; so on"):
        assert written.count(text) == 1
    assert written.index("</table>") < written.index("n &gt; 2")
    assert "style" not in written
