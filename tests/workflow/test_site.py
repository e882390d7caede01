"""The site in a real browser: every page, every link, on a phone, in light and dark."""

import re

import pytest
from tests.browser import CONTRAST, OVERFLOW, Visitor, crawl, needs_browser, split

from fcflow.errors import InputError
from fcflow.site.report import open_at_ledger

# Marks of the strips against the page: 3 : 1 for what is needed to understand a picture.
MARKS = ".interval, line.band-reproduced, .diamond path, .axis"

pytestmark = [pytest.mark.snakemake, pytest.mark.browser, needs_browser]


@pytest.fixture
def folder(finished):
    """Return the tiny run's results."""
    return finished.folder / "results"


def test_every_page_is_reached_by_links_and_every_link_leads_somewhere(folder, visitor):
    found = crawl(visitor, folder / "site" / "index.html")
    assert found.pages == set((folder / "site").rglob("*.html"))
    assert (found.lost, found.faint, found.wide, visitor.faults) == ([], [], [], [])
    assert all(link.startswith("https://arxiv.org/") for link in found.outside)
    assert visitor.requests == {"file"}


def test_the_single_file_has_every_page_and_needs_no_other_file(folder, visitor):
    page = visitor.page
    page.goto((folder / "site.html").as_uri())
    names = page.eval_on_selector_all("section.page", "every => every.map(one => one.id)")
    files = {path.stem for path in (folder / "site").rglob("*.html")}
    assert set(names) == files
    ids = re.findall(r' id="([^"]+)"', page.content())
    assert sorted(ids) == sorted(set(ids))
    links, _, _ = visitor.look()
    inner = {link for link in links if not link.startswith("https://arxiv.org/")}
    assert {split(link)[0] for link in inner} == {folder / "site.html"}
    assert {split(link)[1] for link in inner} <= set(ids)
    wide, hidden = [], []
    for name in names:
        page.evaluate("name => { location.hash = name }", name)
        shown = page.eval_on_selector_all(
            "section.page", "every => every.filter(one => one.offsetHeight).map(one => one.id)"
        )
        hidden += [] if shown == [name] else [name]
        wide += [name] if page.evaluate(OVERFLOW) > 0 else []
    page.add_style_tag(content=".single .page { display: block !important }")
    _, _, faint = visitor.look()
    assert (wide, hidden, faint, visitor.faults) == ([], [], [], [])
    assert visitor.requests <= {"file", "data"}


def test_marks_of_strips_stand_out_in_light_and_dark(folder, visitor):
    visitor.page.goto((folder / "site" / "index.html").as_uri())
    stroke = "every => [...new Set(every.map(one => getComputedStyle(one).stroke))]"
    ground = "getComputedStyle(document.body).backgroundColor"
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)
        colors = visitor.page.eval_on_selector_all(MARKS, stroke)
        assert colors
        behind = visitor.page.evaluate(ground)
        assert [color for color in colors if ratio(color, behind) < 3] == []


def ratio(one, other):
    """Return the contrast of two colours as CSS writes them."""
    lights = []
    for color in (one, other):
        parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        lights.append(sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_filters_show_what_is_asked_for_and_say_how_many(folder, visitor):
    page = visitor.page
    page.goto((folder / "site" / "index.html").as_uri())
    shown = "every => every.filter(one => one.offsetHeight).length"
    every = page.eval_on_selector_all("li.claim", shown)
    page.select_option("select[name=paper]", "FO")
    some = page.eval_on_selector_all("li.claim", shown)
    assert 0 < some < every
    assert page.text_content("output") == f"{some} of {every} claims"
    assert page.eval_on_selector_all("li.claim[data-paper=FC]", shown) == 0
    page.click("button[type=reset]")
    page.wait_for_function("document.querySelector('output').textContent === ''")
    assert page.eval_on_selector_all("li.claim", shown) == every


def test_without_javascript_every_claim_is_there_and_no_filter(folder, browser):
    visitor = Visitor(browser, java_script_enabled=False)
    visitor.page.goto((folder / "site" / "index.html").as_uri())
    claims = visitor.page.locator("li.claim")
    assert claims.count() > 40
    assert all(one.is_visible() for one in (claims.first, claims.last))
    assert not visitor.page.locator("#filters").is_visible()
    visitor.page.close()


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(folder, visitor):
    page = visitor.page
    page.goto((folder / "site" / "pages" / "made.html").as_uri())
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("one => one === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    assert skip.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_printed_page_leaves_out_what_can_only_be_clicked(folder, visitor):
    page = visitor.page
    page.goto((folder / "site" / "index.html").as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("header.top").is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST) == []


def test_the_report_opens_at_the_ledger(finished, visitor, tmp_path):
    workspace = finished.copy(tmp_path / "copy")
    done = workspace.snakemake("--cores", "1", "--report", "report.html")
    assert done.returncode == 0, done.stdout
    report = workspace.folder / "report.html"
    open_at_ledger(report)
    visitor.page.goto(report.as_uri())
    ledger = visitor.page.frame_locator("iframe").get_by_text("Every claim, and what came out")
    ledger.first.wait_for(timeout=20_000)
    assert visitor.page.get_by_text("Tables").first.is_visible()  # the menu is still there


def test_what_is_no_report_is_refused(tmp_path):
    (tmp_path / "page.html").write_text("<body></body>", encoding="utf-8")
    with pytest.raises(InputError, match=r"is no report with results/claims\.html"):
        open_at_ledger(tmp_path / "page.html")
