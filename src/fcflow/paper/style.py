"""How figures look: readable in grey and for the colour-blind, fonts embedded, the same bytes every time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from fcflow.artifacts.files import replacing

# Okabe and Ito's palette, in an order whose lightness falls, so that neighbours differ in grey too.
ORANGE, SKY, GREEN, VERMILION, BLUE, BLACK = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#D55E00",
    "#0072B2",
    "#000000",
)

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
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "fcflow",
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
    """Write a figure to each path, in the format of its ending, without the date; its layout is fixed by that."""
    for path in map(Path, paths):
        kind = path.suffix.lstrip(".")
        dateless = {
            "svg": {"Date": None},
            "pdf": {"CreationDate": None},
            "png": {"Software": None},
        }[kind]
        with replacing(path) as part:
            figure.savefig(part, format=kind, metadata=dateless)
        # The layout of the first file serves the others too: finding it costs as much as drawing.
        figure.set_layout_engine("none")
