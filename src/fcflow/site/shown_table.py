"""A table as it is shown, taken over from its own page.

A table's page is made for Snakemake's report, too, and brings its own style. The site takes over
its tables and notes, without style, script or identifiers, and shows them in its own.
"""

from html.parser import HTMLParser
from pathlib import Path

from markupsafe import Markup, escape

# What is taken over. Everything else is left out, and what is below these as well.
_KEPT = {
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "h2", "p", "ul", "li", "sub", "sup"),
    *("span", "details", "summary", "dl", "dt", "dd"),
}
_LEFT_OUT = {"head", "style", "script", "title", "h1"}  # the site's page has its own title
_TITLES = {"caption", "gt_title", "gt_subtitle"}  # classes of what says the same
_CLASSES = {"number", "beside", "group", "over", "totals", "stacked", "notes", "words"}
_SAME_CLASS = {"gt_right": "number", "gt_column_spanner_outer": "over"}
_ATTRIBUTES = ("colspan", "rowspan", "scope")
_FRAME = Markup('<div class="wide" role="region" tabindex="0" aria-label="{}">')


def read_shown_table(path: Path, label: str) -> Markup:
    """Return the tables of a page, and what stands below them.

    Parameters
    ----------
    path : Path
        The table's own page.
    label : str
        What the table is called.
    """
    reader = _Reader(label)
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return Markup("").join(reader.parts)


class _Reader(HTMLParser):
    """Writes what is kept, with its text escaped."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.parts: list[Markup] = []
        self._label = label
        self._silent: list[str] = []  # elements within one that is left out, itself first
        self._notes: list[str] | None = None  # of a table's foot, while it is read
        self._foot: list[str] = []  # the same, until the table ends

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if self._silent or tag in _LEFT_OUT or _TITLES & set(classes):
            if tag not in ("br", "meta", "link"):
                self._silent.append(tag)
        elif tag == "tfoot":
            self._notes = []
        elif self._notes is not None:
            if tag in ("td", "th"):
                self._notes.append("")
        elif tag in _KEPT:
            if tag == "table":
                self.parts.append(_FRAME.format(self._label))
            self.parts.append(_opening(tag, given, classes))

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._notes is None:
            self.parts.append(escape(data))
        elif self._notes:
            self._notes[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            # Elements without an end, such as an image, end with the one around them.
            if tag in self._silent:
                del self._silent[len(self._silent) - 1 - self._silent[::-1].index(tag) :]
        elif tag == "tfoot" and self._notes is not None:
            self._foot = [note.strip() for note in self._notes if note.strip()]
            self._notes = None
        elif self._notes is None and tag in _KEPT:
            self.parts.append(Markup("</{}>").format(tag))
            if tag == "table":
                self.parts.append(Markup("</div>"))
                self.parts.append(self._listed())

    def _listed(self) -> Markup:
        """Return the notes of the table that has ended, as a list below it."""
        notes, self._foot = self._foot, []
        items = Markup("").join(Markup("<li>{}</li>").format(note) for note in notes)
        return Markup('<ul class="notes">{}</ul>').format(items) if notes else Markup("")


def _opening(tag: str, given: dict[str, str], classes: list[str]) -> Markup:
    kept = [_SAME_CLASS.get(name, name) for name in classes]
    named = " ".join(name for name in dict.fromkeys(kept) if name in _CLASSES)
    attributes = {name: given[name] for name in _ATTRIBUTES if name in given}
    attributes |= {"class": named} if named else {}
    text = (Markup(' {}="{}"').format(name, value) for name, value in attributes.items())
    return Markup("<{}{}>").format(tag, Markup("").join(text))
