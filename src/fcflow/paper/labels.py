"""Labels beside what they name, in place of a legend that has to be looked up."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

_APART = 1.3  # of a line of text from the next, in its size
_GAP = 0.04  # of labels from the axes, in their widths
_INK = "#1a1a1a"


class Label(NamedTuple):
    """A label, and the end of the series that it names, in the axes' own units."""

    text: str
    x: float
    y: float
    color: str


def label_ends(axes: Axes, labels: Sequence[Label], *, size: float = 7.5) -> None:
    """Write labels at the right of the axes, as near as may be to the heights of their series.

    Labels that would lie on each other are pushed apart; a thin line leads from each to its series.
    Limits and scales have to be set before.

    Parameters
    ----------
    axes : Axes
    labels : sequence of Label
    size : float
        Of the text, in points.
    """
    kept = [label for label in labels if np.isfinite([label.x, label.y]).all()]
    if not kept:
        return
    axes.autoscale_view()
    into_axes = axes.transData + axes.transAxes.inverted()
    ends = into_axes.transform([(label.x, label.y) for label in kept])
    points = axes.get_position().height * axes.get_figure(root=True).get_figheight() * 72  # type: ignore[union-attr]
    lines = np.array([label.text.count("\n") + 1 for label in kept])
    heights = spread(ends[:, 1].clip(0, 1), lines * _APART * size / points)
    right = max(1.0, float(ends[:, 0].max()))
    for label, end, height in zip(kept, ends, heights, strict=True):
        leader: dict[str, Any] = {"arrowstyle": "-", "color": label.color, "linewidth": 0.7}
        leader |= {"shrinkA": 1, "shrinkB": 3}
        axes.annotate(
            label.text,
            (float(end[0]), float(np.clip(end[1], 0, 1))),
            (right + _GAP, float(height)),
            xycoords="axes fraction",
            textcoords="axes fraction",
            fontsize=size,
            color=_INK,
            va="center",
            arrowprops=leader,
            annotation_clip=False,
        )


def spread(heights: NDArray[np.float64], room: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return heights that are far enough apart, and as near to the given ones as may be.

    Parameters
    ----------
    heights : ndarray, shape [n]
        Where labels should be.
    room : ndarray, shape [n]
        How high each is.

    Examples
    --------
    >>> spread(np.array([0.5, 0.5]), np.array([0.2, 0.2])).round(3).tolist()
    [0.4, 0.6]
    >>> spread(np.array([0.1, 0.9]), np.array([0.2, 0.2])).round(3).tolist()
    [0.1, 0.9]
    """
    order = np.argsort(heights, kind="stable")
    wanted, own = heights[order], room[order]
    offsets = np.concatenate([[0.0], np.cumsum((own[:-1] + own[1:]) / 2)])
    levels = _increasing(wanted - offsets)
    placed = np.empty_like(heights)
    placed[order] = levels + offsets
    return placed


def _increasing(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the increasing sequence nearest to the values, by pooling neighbours."""
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((float(value), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, count), (last, more) = pools[-2:]
            pools[-2:] = [((mean * count + last * more) / (count + more), count + more)]
    return np.repeat([mean for mean, _ in pools], [count for _, count in pools])
