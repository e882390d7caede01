"""The site in a real browser: every page, every link, on a phone, in light and dark."""

import os
import re
import shutil
import urllib.parse
from pathlib import Path

import pytest

from fcflow.errors import InputError
from fcflow.site.report import open_at_ledger

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
PHONE = {"width": 360, "height": 740}
# Texts whose contrast with what lies behind them is below that of WCAG 2, level AA.
CONTRAST = """() => {
  const number = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map(
      (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = number(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
      if (color[3] > 0) throw new Error(`half transparent: ${one.outerHTML.slice(0, 99)}`);
    }
    throw new Error("no ground");
  };
  // Texts in elements of the same classes within the same look the same: one of them is looked at.
  const seen = new Set();
  const name = (one) => `${one.tagName}.${one.getAttribute("class")}`;
  const kind = (one) => one ? `${kind(one.parentElement)} ${name(one)}` : "";
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || element.closest("script, style, title, desc")) continue;
    const alike = kind(element);
    if (seen.has(alike) || !element.getClientRects().length) continue;
    seen.add(alike);
    const style = getComputedStyle(element);
    const text = number(element instanceof SVGElement ? style.fill : style.color);
    const [high, low] = [light(text), light(ground(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < (large ? 3 : 4.5)) faint.push(`${contrast.toFixed(2)}: ${node.textContent}`);
  }
  return faint;
}"""
# Marks of the strips against the page: 3 : 1 for what is needed to understand a picture.
MARKS = ".interval, line.band-reproduced, .diamond path, .axis"

pytestmark = [
    pytest.mark.snakemake,
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason=f"none of {', '.join(BROWSERS)} is installed"),
]


@pytest.fixture(scope="module")
def browser():
    """Return Chromium, started once."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        options = ["--no-sandbox"] if os.getuid() == 0 else []
        with driver.chromium.launch(executable_path=BROWSER, args=options) as started:
            yield started


class Visitor:
    """A page of a browser that remembers what went wrong and what was asked of a network."""

    def __init__(self, browser, **options):
        self.page = browser.new_page(viewport=PHONE, **options)
        self.faults, self.requests, self.scheme = [], set(), "light"
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", lambda request: self.faults.append(request.url[:200]))
        self.page.on("request", lambda request: self.requests.add(request.url.partition(":")[0]))

    def links(self):
        """Return where the page's links lead."""
        return set(self.page.eval_on_selector_all("a[href]", "every => every.map(a => a.href)"))

    def overflow(self):
        """Return by how many pixels the page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    def faint(self):
        """Return the texts of too little contrast, in light and in dark."""
        found = [f"{self.scheme} {text}" for text in self.page.evaluate(CONTRAST)]
        self.scheme = "light" if self.scheme == "dark" else "dark"
        self.page.emulate_media(color_scheme=self.scheme)
        return found + [f"{self.scheme} {text}" for text in self.page.evaluate(CONTRAST)]


@pytest.fixture
def visitor(browser):
    """Return a visitor on a phone."""
    made = Visitor(browser)
    yield made
    made.page.close()


@pytest.fixture
def folder(finished):
    """Return the tiny run's results."""
    return finished.folder / "results"


def split(link):
    """Return a link's file and the place in it."""
    parts = urllib.parse.urlsplit(link)
    return Path(urllib.parse.unquote(parts.path)), parts.fragment


def test_every_page_is_reached_by_links_and_every_link_leads_somewhere(folder, visitor):
    start = folder / "site" / "index.html"
    waiting, seen, places = [start], set(), set()
    faint, wide = [], []
    while waiting:
        file = waiting.pop()
        seen.add(file)
        visitor.page.goto(file.as_uri())
        wide += [file.name] if visitor.overflow() > 0 else []
        faint += [f"{file.name}: {text}" for text in visitor.faint()]
        for link in visitor.links():
            if link.startswith("https://arxiv.org/"):
                continue
            target, place = split(link)
            assert target.is_file(), f"{file.name} links to {link}"
            assert target.is_relative_to(start.parent), f"{file.name} leaves the folder: {link}"
            places.add((target, place))
            if target.suffix == ".html" and target not in seen and target not in waiting:
                waiting.append(target)
    pages = set((folder / "site").rglob("*.html"))
    assert seen == pages
    assert (faint, wide, visitor.faults) == ([], [], [])
    assert visitor.requests == {"file"}
    texts = {file: file.read_text(encoding="utf-8") for file in pages}
    lost = [(t.name, place) for t, place in places if place and f'id="{place}"' not in texts[t]]
    assert lost == []


def test_the_single_file_has_every_page_and_needs_no_other_file(folder, visitor):
    page = visitor.page
    page.goto((folder / "site.html").as_uri())
    names = page.eval_on_selector_all("section.page", "every => every.map(one => one.id)")
    files = {path.stem for path in (folder / "site").rglob("*.html")}
    assert set(names) == files
    ids = re.findall(r' id="([^"]+)"', page.content())
    assert sorted(ids) == sorted(set(ids))
    inner = {link for link in visitor.links() if not link.startswith("https://arxiv.org/")}
    assert {split(link)[0] for link in inner} == {folder / "site.html"}
    assert {split(link)[1] for link in inner} <= set(ids)
    wide, hidden = [], []
    for name in names:
        page.evaluate("name => { location.hash = name }", name)
        shown = page.eval_on_selector_all(
            "section.page", "every => every.filter(one => one.offsetHeight).map(one => one.id)"
        )
        hidden += [] if shown == [name] else [name]
        wide += [name] if visitor.overflow() > 0 else []
    page.add_style_tag(content=".single .page { display: block !important }")
    assert (wide, hidden, visitor.faint(), visitor.faults) == ([], [], [], [])
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
    assert visitor.page.evaluate(CONTRAST) == []


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
