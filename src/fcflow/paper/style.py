"""The style of figures: readable in grey and for the colour-blind, with embedded fonts.

A figure of the same data is the same bytes every time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from fcflow.artifacts.files import replacing

# Okabe and Ito's palette, in an order whose lightness falls, so that neighbours differ in grey too.
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
VERMILION = "#D55E00"
BLUE = "#0072B2"
BLACK = "#000000"

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "pdf.fonttype": 42,  # TrueType, which publishers accept; Matplotlib's default is Type 3
    "svg.fonttype": "path",  # letters as shapes, so that no font is needed to show them
    "svg.hashsalt": "fcflow",  # identifiers in the file are random without a salt
    "savefig.dpi": 200,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw with the package's style over matplotlib's own defaults, whatever a user has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def save_figure(figure: Figure, *paths: str | Path) -> None:
    """Write a figure to every path, in the format of its ending and without the date.

    The figure's layout cannot be changed afterwards.
    """
    for path in map(Path, paths):
        kind = path.suffix.lstrip(".")
        dateless = {
            "svg": {"Date": None},
            "pdf": {"CreationDate": None},
            "png": {"Software": None},
        }[kind]
        with replacing(path) as part:
            figure.savefig(part, format=kind, metadata=dateless)
        # The other files take over the layout of the first, which costs as much as drawing.
        figure.set_layout_engine("none")
