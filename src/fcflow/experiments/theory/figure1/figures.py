"""Figure 1: the direction that the optimal classifier looks at, and the one of a network."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc
from numpy.typing import NDArray

from fcflow.data.hypercube import all_corners
from fcflow.experiments.theory.figure1.columns import ARRAYS, EXAMPLE, POINT
from fcflow.paper.figure import figure
from fcflow.paper.style import BLACK, BLUE, ORANGE, SKY, VERMILION

Array = NDArray[np.float64]
Limits = list[tuple[float, float]]

_GRID = 600  # points of a side of the grid on which regions are found: a few for each pixel
_REACH = 1.25  # what is in view around x, in distances to the other class
_ARC = 0.5  # the angle's arc has this diameter in lengths of the optimal arrow,
_THETA = 0.36  # and its name stands so far from x


@figure(
    "figure1",
    reads={
        "rows": EXAMPLE.at("results/theory/figure1.parquet"),
        "arrays": ARRAYS.at("results/theory/figure1.safetensors"),
    },
    label="Figure 1",
    shows="the two directions",
    caption="A linear network trained on four points in the plane, its boundary and the optimal"
    " one. Both arrows start at x and end on the boundary of their classifier; θ is the angle"
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

    drawn = Figure(figsize=(5.6, 5.0))
    axes = drawn.subplots()
    _regions(axes, points, z[:, 1], limits)
    _boundary(axes, w, bias, limits)
    looks = ((1, "o", BLUE, "Class 2 (of x)"), (-1, "s", VERMILION, "Class 1"))
    for sign, marker, color, label in looks:
        of_class = points[z[:, 1] == sign]
        axes.plot(*of_class.T, marker, color=color, markersize=8, label=label)
    optimal = -A[:, 1]
    network = -np.sign(x @ w + bias) * value["network_norm"] * w / np.linalg.norm(w)
    _arrow(axes, x, optimal, BLACK, f"optimal direction, half way: {value['optimal_norm']:.2f}")
    length = f"{value['network_norm']:.2f}"
    _arrow(axes, x, network, ORANGE, f"network's direction, to its boundary: {length}")
    _angle(axes, x, network, optimal, value["optimal_norm"])
    axes.annotate("x", x, xytext=(6, 6), textcoords="offset points", fontweight="bold")
    axes.set(xlim=limits[0], ylim=limits[1], aspect="equal")
    axes.grid(visible=False)
    axes.set_title(
        f"|cos θ| = {value['cos_theta']:.3f}; network / optimal ="
        f" {value['network_norm'] / value['optimal_norm']:.3f}",
        fontsize=9,
    )
    axes.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2)
    return drawn


def _regions(axes: Axes, points: Array, signs: Array, limits: Limits) -> None:
    """Shade where the nearest point is of the class of x, and draw the optimal boundary."""
    grid = np.meshgrid(*(np.linspace(low, high, _GRID) for low, high in limits))
    distances = [(grid[0] - point[0]) ** 2 + (grid[1] - point[1]) ** 2 for point in points]
    of_x = np.min([d for d, sign in zip(distances, signs, strict=True) if sign > 0], axis=0)
    other = np.min([d for d, sign in zip(distances, signs, strict=True) if sign < 0], axis=0)
    axes.contourf(grid[0], grid[1], other - of_x, levels=[0, np.inf], colors=[SKY], alpha=0.18)
    axes.contour(grid[0], grid[1], other - of_x, levels=[0], colors=[BLACK], linewidths=1.2)
    axes.plot([], [], color=BLACK, linewidth=1.2, label="optimal boundary (nearest point)")


def _boundary(axes: Axes, w: Array, bias: float, limits: Limits) -> None:
    """Draw the line where the network's two outputs are equal."""
    base = -bias * w / (w @ w)
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)
    span = 4 * max(abs(edge) for pair in limits for edge in pair)  # beyond all that is in view
    ends = np.stack([base - span * along, base + span * along])
    axes.plot(*ends.T, "--", color=ORANGE, linewidth=1.4, label="trained network's boundary")


def _arrow(axes: Axes, start: Array, move: Array, color: str, label: str) -> None:
    look = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", tuple(start + move), xytext=tuple(start), arrowprops=look)
    axes.plot([], [], color=color, linewidth=1.8, label=label)


def _angle(axes: Axes, x: Array, first: Array, second: Array, length: float) -> None:
    angles = [float(np.degrees(np.arctan2(move[1], move[0]))) for move in (first, second)]
    low, high = angles if (angles[1] - angles[0]) % 360 <= 180 else angles[::-1]
    center, size = (float(x[0]), float(x[1])), _ARC * length
    axes.add_patch(Arc(center, size, size, theta1=low, theta2=high, color=BLACK, linewidth=1.0))
    middle = np.radians(low + ((high - low) % 360) / 2)
    place = x + _THETA * length * np.array([np.cos(middle), np.sin(middle)])
    axes.annotate("θ", (float(place[0]), float(place[1])), ha="center", va="center")
