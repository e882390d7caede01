"""A real browser that visits pages from disk, on a phone, in light and in dark."""

import os
import shutil
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

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
  const seen = new Set(), kinds = new Map([[null, ""]]);
  const name = (one) => `${one.tagName}.${one.getAttribute("class")}`;
  const kind = (one) => {
    if (!kinds.has(one)) kinds.set(one, `${kind(one.parentElement)} ${name(one)}`);
    return kinds.get(one);
  };
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
# Pictures below the screen are asked for late: a page that is left before that looks broken.
BROKEN_PICTURES = """async () => {
  const pictures = [...document.images];
  for (const one of pictures) one.loading = "eager";
  const broken = await Promise.all(
    pictures.map((one) => one.decode().then(() => [], () => [one.currentSrc.slice(0, 200)])));
  return broken.flat();
}"""
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
SEEN = f"""() => [
  [...document.querySelectorAll("a[href]")].map((one) => one.href), {OVERFLOW}, ({CONTRAST})(),
]"""

needs_browser = pytest.mark.skipif(
    BROWSER is None, reason=f"none of {', '.join(BROWSERS)} is installed"
)


@contextmanager
def started() -> Iterator:
    """Start Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        options = ["--no-sandbox"] if os.getuid() == 0 else []
        with driver.chromium.launch(executable_path=BROWSER, args=options) as browser:
            yield browser


class Visitor:
    """A page of a browser that remembers what went wrong and what was asked of a network."""

    def __init__(self, browser, **options):
        self.page = browser.new_page(viewport=PHONE, **options)
        self.faults, self.requests, self.scheme = [], set(), "light"
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", lambda request: self.faults.append(request.url[:200]))
        self.page.on("request", lambda request: self.requests.add(request.url.partition(":")[0]))

    def look(self):
        """Return the page's links, by how many pixels it is too wide, and its faint texts."""
        self.faults += self.page.evaluate(BROKEN_PICTURES)
        links, overflow, found = self.page.evaluate(SEEN)
        faint = [f"{self.scheme} {text}" for text in found]
        self.scheme = "light" if self.scheme == "dark" else "dark"
        self.page.emulate_media(color_scheme=self.scheme)
        faint += [f"{self.scheme} {text}" for text in self.page.evaluate(CONTRAST)]
        return set(links), overflow, faint


@dataclass
class Crawl:
    """What is found where every link is followed from one page.

    Attributes
    ----------
    pages : set of Path
        All that were reached.
    lost : list of str
        Links to files, or to places in pages, that are not there.
    outside : set of str
        Links to addresses of a network.
    wide, faint : list of str
        Pages wider than a phone; texts of too little contrast, in light or in dark.
    """

    pages: set = field(default_factory=set)
    lost: list = field(default_factory=list)
    outside: set = field(default_factory=set)
    wide: list = field(default_factory=list)
    faint: list = field(default_factory=list)


def crawl(visitor: Visitor, start: Path) -> Crawl:
    """Visit a page, and every page of its folder that links lead to."""
    found, waiting, places = Crawl(), [start], set()
    while waiting:
        file = waiting.pop()
        found.pages.add(file)
        visitor.page.goto(file.as_uri())
        links, overflow, faint = visitor.look()
        found.wide += [file.name] if overflow > 0 else []
        found.faint += [f"{file.name}: {text}" for text in faint]
        for link in links:
            if not link.startswith("file:"):
                found.outside.add(link)
                continue
            target, place = split(link)
            if not target.is_file() or not target.is_relative_to(start.parent):
                found.lost.append(f"{file.name} links to {link}")
            elif target.suffix == ".html":
                places.add((target, place))
                waiting += [target] if target not in {*found.pages, *waiting} else []
    texts = {page: page.read_text(encoding="utf-8") for page in found.pages}
    for target, place in places:
        if place and f'id="{place}"' not in texts[target]:
            found.lost.append(f"{target.name} has no place {place}")
    return found


def split(link):
    """Return a link's file and the place in it."""
    parts = urllib.parse.urlsplit(link)
    return Path(urllib.parse.unquote(parts.path)), urllib.parse.unquote(parts.fragment)
