"""How a figure is declared, and written in every format.

Like a table (:mod:`fcflow.paper.table`), a figure is declared where it is drawn::

    @figure(
        "figure2",
        reads={"dimensions": DIMENSIONS.at("results/tables/dimension.parquet")},
        label="Figure 2",
        shows="compression against dimension",
        caption="The compression ratio against the input dimension.",
    )
    def figure2(dimensions, *, level) -> Figure: ...

What is seen stands above the drawing, in words (:func:`fcflow.paper.style.headline`), and says no
more than the numbers do (:mod:`fcflow.paper.seen`).
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from matplotlib.figure import Figure

from fcflow.declared import filled
from fcflow.paper.style import headline_of, save_figure, style
from fcflow.steps import Reads, Step, declared

Drawing = TypeVar("Drawing", bound=Callable[..., Figure])


def figure(
    name: str, *, reads: Reads, label: str, shows: str, caption: str
) -> Callable[[Drawing], Drawing]:
    """Declare a function to draw a figure, in the package's style.

    Parameters
    ----------
    name : str
        Of its files, ``results/figures/<name>.{svg,pdf,png}``.
    reads, label, shows, caption
        See :func:`fcflow.paper.table.table`.
    """

    def write(step: Step, drawn: Figure, job: Any, config: Mapping[str, Any]) -> None:
        named = filled(label, str(config.get("experiment", "")))
        title = f"{named}. {headline_of(drawn) or shows}"
        paths = (job.output.svg, job.output.pdf, job.output.png)
        save_figure(drawn, *paths, title=title, description=caption)

    return declared(reads=reads, write=write, within=style)
