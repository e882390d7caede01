"""The pages as HTML, from templates in which every text is escaped."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fcflow.site.links import INDEX, FolderLinks, Links, SingleLinks
from fcflow.site.strip import large_strip, small_strip

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Page:
    """A page before its links are known.

    Attributes
    ----------
    name : str
        Of its file, and of its place in the single file.
    title : str
    template : str
    content : dict
        What the template is given.
    """

    name: str
    title: str
    template: str
    content: dict[str, Any]


@cache
def environment() -> Environment:
    """Return the environment of the templates: text is escaped, an unknown name is an error."""
    made = Environment(
        loader=PackageLoader("fcflow.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(small_strip=small_strip, large_strip=large_strip, index=INDEX)
    return made


def folder_pages(pages: list[Page], shared: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return each page's file, below the site's folder, and its HTML.

    Parameters
    ----------
    pages : list of Page
    shared : dict
        What every template is given.
    """
    for page in pages:
        links = FolderLinks(page.name)
        body = _body(page, links, shared)
        html = environment().get_template("page.html.jinja")
        yield links_file(page.name), html.render(shared, page=page, body=body, links=links)


def links_file(name: str) -> str:
    """Return the file of a page, below the site's folder.

    Examples
    --------
    >>> links_file("index"), links_file("glossary")
    ('index.html', 'pages/glossary.html')
    """
    return FolderLinks(INDEX).page(name)


def single_page(
    pages: list[Page], shared: dict[str, Any], root: Path, offered: str = SingleLinks.offered
) -> str:
    """Return all pages as one, with its style, its script and its pictures inside.

    ``offered`` is the folder that holds the files which are named.
    """
    links = SingleLinks(root, offered)
    bodies = [(page, _body(page, links, shared)) for page in pages]
    html = environment().get_template("single.html.jinja")
    return html.render(
        shared,
        bodies=bodies,
        links=links,
        style=Markup(asset("site.css")),  # noqa: S704 (the package's own file)
        script=Markup(asset("site.js")),  # noqa: S704
    )


def archive_page(**content: Any) -> str:
    """Return the first page of an archive, with its style inside."""
    style = Markup(asset("site.css"))  # noqa: S704 (the package's own file)
    return environment().get_template("archive.html.jinja").render(content, style=style)


def asset(name: str) -> str:
    """Return the text of the style sheet or the script."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _body(page: Page, links: Links, shared: dict[str, Any]) -> Markup:
    template = environment().get_template(page.template)
    html = template.render(shared, **page.content, page=page, links=links)
    return Markup(html)  # noqa: S704 (the template has escaped what it was given)
