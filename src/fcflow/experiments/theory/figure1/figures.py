"""Figure 1: the direction that the optimal classifier looks at, and the one of a network."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc
from numpy.typing import NDArray

from fcflow.data.hypercube import all_corners
from fcflow.experiments.theory.figure1.columns import ARRAYS, EXAMPLE, POINT
from fcflow.paper.figure import figure
from fcflow.paper.numbers import number
from fcflow.paper.style import AZURE, BLACK, RED, VIOLET, headline

Array = NDArray[np.float64]
Limits = list[tuple[float, float]]

_GRID = 600  # points of a side of the grid on which regions are found: a few for each pixel
_REACH = 1.1  # what is in view around x, in distances to the other class
# Behind text, so that no line runs through it.
_PALE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.7}
_ARC = 0.5  # the angle's arc has this diameter in lengths of the optimal arrow,
_THETA = 0.16  # and its name stands so far from x


@figure(
    "figure1",
    reads={
        "rows": EXAMPLE.at("results/theory/figure1.parquet"),
        "arrays": ARRAYS.at("results/theory/figure1.safetensors"),
    },
    label="Figure 1",
    shows="the two directions",
    caption="A linear network trained on four points in the plane, of which the two nearest to x"
    " are"
    " in view. The optimal classifier answers the class of the nearest point: shaded where that is"
    " the class of x. Both arrows start at x and end where a classifier changes its answer: black"
    " along the direction that tells the classes apart, the other along the network's. θ is the"
    " angle"
    " between them.",
)
def figure1(rows: pd.DataFrame, arrays: dict[str, Array]) -> Figure:
    """Draw a network's boundary and the optimal one, both perturbations, and their angle.

    Everything is computed from the example: regions by the nearest point, the boundary from the
    network's weights, and both perturbations end on their boundaries.
    """
    value = rows.set_index("quantity")["value"]
    A, W, b = arrays["A"], arrays["W"], arrays["b"]
    z = all_corners(2).astype(np.float64)
    points = z @ A.T
    x = points[POINT]
    w, bias = W[0] - W[1], float(b[0] - b[1])
    reach = _REACH * value["optimal_norm"] * 2
    limits = [(x[i] - reach, x[i] + reach) for i in range(2)]

    drawn = Figure(figsize=(6.2, 5.8))
    axes = drawn.subplots()
    _regions(axes, points, z[:, 1], limits)
    _boundary(axes, w, bias, limits)
    looks = ((1, "o", AZURE, "class 2, of x"), (-1, "s", RED, "class 1"))
    for sign, marker, color, label in looks:
        of_class = points[z[:, 1] == sign]
        axes.plot(*of_class.T, marker, color=color, markersize=8, label=label)
    optimal = -A[:, 1]
    network = -np.sign(x @ w + bias) * value["network_norm"] * w / np.linalg.norm(w)
    _arrow(axes, x, optimal, network, BLACK, f"optimal: {number(value['optimal_norm'])}")
    _arrow(axes, x, network, optimal, VIOLET, f"network: {number(value['network_norm'])}")
    _angle(axes, x, network, optimal, value["optimal_norm"])
    axes.annotate("x", x, xytext=(-12, 4), textcoords="offset points", fontweight="bold")
    axes.set(xlim=limits[0], ylim=limits[1], aspect="equal")
    axes.set(xlabel="first coordinate", ylabel="second coordinate")
    axes.grid(visible=False)
    ratio = value["network_norm"] / value["optimal_norm"]
    axes.set_title(
        f"|cos θ| = {number(value['cos_theta'])}; network over optimal = {number(ratio)}"
    )
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=4)
    angle = np.degrees(np.arccos(value["cos_theta"]))
    headline(
        drawn,
        f"The network looks {number(angle)}° away from what tells the classes apart, and"
        f" {number(ratio)} of the optimal perturbation flips it",
    )
    return drawn


def _regions(axes: Axes, points: Array, signs: Array, limits: Limits) -> None:
    """Shade where the nearest point is of the class of x, and draw the optimal boundary."""
    grid = np.meshgrid(*(np.linspace(low, high, _GRID) for low, high in limits))
    distances = [(grid[0] - point[0]) ** 2 + (grid[1] - point[1]) ** 2 for point in points]
    of_x = np.min([d for d, sign in zip(distances, signs, strict=True) if sign > 0], axis=0)
    other = np.min([d for d, sign in zip(distances, signs, strict=True) if sign < 0], axis=0)
    axes.contourf(grid[0], grid[1], other - of_x, levels=[0, np.inf], colors=[AZURE], alpha=0.18)
    axes.contour(grid[0], grid[1], other - of_x, levels=[0], colors=[BLACK], linewidths=1.2)
    axes.plot([], [], color=BLACK, linewidth=1.2, label="optimal boundary")


def _boundary(axes: Axes, w: Array, bias: float, limits: Limits) -> None:
    """Draw the line where the network's two outputs are equal."""
    base = -bias * w / (w @ w)
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)
    span = 4 * max(abs(edge) for pair in limits for edge in pair)  # beyond all that is in view
    ends = np.stack([base - span * along, base + span * along])
    axes.plot(*ends.T, "--", color=VIOLET, linewidth=1.4, label="network's boundary")


def _arrow(axes: Axes, start: Array, move: Array, other: Array, color: str, label: str) -> None:
    """Draw an arrow with its length beside its middle, on the side away from the other arrow."""
    look = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", tuple(start + move), xytext=tuple(start), arrowprops=look)
    across = np.array([move[1], -move[0]]) / np.linalg.norm(move)
    across *= -np.sign(across @ other) or 1.0
    middle, offset = start + 0.6 * move, 10 * across
    axes.annotate(
        label,
        (float(middle[0]), float(middle[1])),
        (float(offset[0]), float(offset[1])),
        textcoords="offset points",
        ha=_side(across[0], "left", "right"),
        va=_side(across[1], "bottom", "top"),
        color=color,
        bbox=_PALE,
    )


def _side(part: float, positive: Any, negative: Any) -> Any:
    """Return which edge of a text is nearest to what it names."""
    return "center" if abs(part) < 0.5 else positive if part > 0 else negative


def _angle(axes: Axes, x: Array, first: Array, second: Array, length: float) -> None:
    angles = [float(np.degrees(np.arctan2(move[1], move[0]))) for move in (first, second)]
    low, high = angles if (angles[1] - angles[0]) % 360 <= 180 else angles[::-1]
    center, size = (float(x[0]), float(x[1])), _ARC * length
    axes.add_patch(Arc(center, size, size, theta1=low, theta2=high, color=BLACK, linewidth=1.0))
    middle = np.radians(low + ((high - low) % 360) / 2)
    place = x + _THETA * length * np.array([np.cos(middle), np.sin(middle)])
    axes.annotate("θ", (float(place[0]), float(place[1])), ha="center", va="center", bbox=_PALE)
