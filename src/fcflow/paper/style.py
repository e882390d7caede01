"""The style of figures: readable in grey and for the colour-blind, with text as text.

A figure of the same data is the same bytes every time.
"""

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from fcflow.artifacts.files import replacing

# Five colours whose lightness falls, L* = 71, 59, 47, 33, 21, so that they differ in grey; for
# people who see no red, no green or no blue, any two of them are far apart too (ΔE ≥ 27).
ORANGE = "#EC9E01"
AZURE = "#0290FE"
GREEN = "#4D7A55"
RED = "#A00701"
VIOLET = "#560F62"
BLACK = "#000000"
GREY = "#767676"  # of what is not the matter; dark enough to be seen on white

# What a paper printed looks the same in every figure.
PUBLISHED: dict[str, Any] = {"color": ORANGE, "marker": "D", "mfc": "none", "markersize": 5.5}

_STYLE: dict[Any, Any] = {
    # A browser without the first font takes a similar one; matplotlib brings it.
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.constrained_layout.use": True,
    "pdf.fonttype": 42,  # TrueType, which publishers accept; Matplotlib's default is Type 3
    "svg.fonttype": "none",  # text as text: it can be read aloud, searched and selected
    "svg.hashsalt": "fcflow",  # identifiers in the file are random without a salt
    "savefig.dpi": 200,
}
_HEADLINE = 10.5  # points
_LETTER = 0.62  # of the headline's letters, on average, in its size
_MARGIN = 0.012  # of the headline from the left edge, in figure widths


@contextmanager
def style() -> Iterator[None]:
    """Draw with the package's style over matplotlib's own defaults, whatever a user has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def headline(figure: Figure, text: str) -> None:
    """Put what a figure shows above it, in words, wrapped to its width.

    It is also the title of the SVG file, which is read aloud.
    """
    letters = int(figure.get_figwidth() * 72 / (_HEADLINE * _LETTER))
    lines = textwrap.fill(text, letters)
    look: dict[str, Any] = {"ha": "left", "fontsize": _HEADLINE, "fontweight": "bold"}
    figure.suptitle(lines, x=_MARGIN, **look)


def headline_of(figure: Figure) -> str:
    """Return a figure's headline in one line."""
    return " ".join(figure.get_suptitle().split())


def save_figure(figure: Figure, *paths: str | Path, title: str = "", description: str = "") -> None:
    """Write a figure to every path, in the format of its ending and without the date.

    The figure's layout cannot be changed afterwards.

    Parameters
    ----------
    figure : Figure
    *paths
        Ending in ``.svg``, ``.pdf`` or ``.png``.
    title, description : str
        For those who cannot see it: ``<title>`` and ``<desc>`` of an SVG, metadata of the others.
    """
    for path in map(Path, paths):
        kind = path.suffix.lstrip(".")
        metadata: dict[str, dict[str, Any]] = {
            "svg": {"Date": None},
            "pdf": {"CreationDate": None, "Title": title or None, "Subject": description or None},
            "png": {"Software": None, "Title": title, "Description": description},
        }
        with replacing(path) as part:
            figure.savefig(part, format=kind, metadata=metadata[kind])
            if kind == "svg" and title:
                svg = Path(part).read_text(encoding="utf-8")
                described = _described(svg, path.stem, title, description)
                Path(part).write_text(described, encoding="utf-8")
        # The other files take over the layout of the first, which costs as much as drawing.
        figure.set_layout_engine("none")


def _described(svg: str, name: str, title: str, description: str) -> str:
    """Return an SVG with title and description, which screen readers read."""
    opening = (
        rf'\1 role="img" aria-labelledby="{name}-title {name}-desc">'
        f'\n <title id="{name}-title">{_text(title)}</title>'
        f'\n <desc id="{name}-desc">{_text(description)}</desc>'
    )
    return re.sub(r"(<svg\b[^>]*)>", opening, svg, count=1)


def _text(words: str) -> str:
    return escape(words).replace("\\", r"\\")
