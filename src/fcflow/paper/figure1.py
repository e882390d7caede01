"""Figure 1: the direction that the optimal classifier looks at, and the one that a network does ([FC] §5)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc
from numpy.typing import NDArray

from fcflow.data.hypercube import all_corners
from fcflow.paper.style import BLACK, BLUE, ORANGE, SKY, VERMILION

_POINT = 3  # z = (1, 1), where train_example measures
_GRID = 600


def draw_figure1(
    rows: pd.DataFrame, A: NDArray[np.float64], W: NDArray[np.float64], b: NDArray[np.float64]
) -> Figure:
    """Draw a trained network's boundary and the optimal one, the two directions, their angle and both perturbations.

    Everything is computed from the example: regions by the nearest point, the boundary from the
    network's weights, and both perturbations end on their boundaries.
    """
    value = rows.set_index("quantity")["value"]
    z = all_corners(2).astype(np.float64)
    points = z @ A.T
    w, bias = W[0] - W[1], float(b[0] - b[1])
    figure = Figure(figsize=(5.6, 5.0))
    axes = figure.subplots()
    x = points[_POINT]
    reach = 1.25 * value["optimal_norm"] * 2
    limits = [(x[i] - reach, x[i] + reach) for i in range(2)]
    _regions(axes, points, z[:, 1], limits)
    _boundary(axes, w, bias, limits)
    for sign, marker, color, label in (
        (1, "o", BLUE, "Class 2 (of x)"),
        (-1, "s", VERMILION, "Class 1"),
    ):
        chosen = points[z[:, 1] == sign]
        axes.plot(
            chosen[:, 0],
            chosen[:, 1],
            linestyle="none",
            marker=marker,
            color=color,
            markersize=8,
            label=label,
        )
    optimal = -A[:, 1]
    network = -np.sign(x @ w + bias) * value["network_norm"] * w / np.linalg.norm(w)
    _arrow(axes, x, optimal, BLACK, f"optimal direction, half way: {value['optimal_norm']:.2f}")
    _arrow(
        axes,
        x,
        network,
        ORANGE,
        f"network's direction, to its boundary: {value['network_norm']:.2f}",
    )
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
    return figure


def _regions(
    axes: Axes,
    points: NDArray[np.float64],
    signs: NDArray[np.float64],
    limits: list[tuple[float, float]],
) -> None:
    """Shade where the nearest point is of the class of x, and draw the optimal boundary."""
    grid = np.meshgrid(*(np.linspace(low, high, _GRID) for low, high in limits))
    distances = [(grid[0] - point[0]) ** 2 + (grid[1] - point[1]) ** 2 for point in points]
    of_x = np.min([d for d, sign in zip(distances, signs, strict=True) if sign > 0], axis=0)
    other = np.min([d for d, sign in zip(distances, signs, strict=True) if sign < 0], axis=0)
    axes.contourf(grid[0], grid[1], other - of_x, levels=[0, np.inf], colors=[SKY], alpha=0.18)
    axes.contour(grid[0], grid[1], other - of_x, levels=[0], colors=[BLACK], linewidths=1.2)
    axes.plot([], [], color=BLACK, linewidth=1.2, label="optimal boundary (nearest point)")


def _boundary(
    axes: Axes, w: NDArray[np.float64], bias: float, limits: list[tuple[float, float]]
) -> None:
    """Draw the line where the network's two outputs are equal."""
    base = -bias * w / (w @ w)
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)
    span = 4 * max(abs(edge) for pair in limits for edge in pair)
    ends = np.stack([base - span * along, base + span * along])
    axes.plot(
        ends[:, 0],
        ends[:, 1],
        color=ORANGE,
        linestyle="--",
        linewidth=1.4,
        label="trained network's boundary",
    )


def _arrow(
    axes: Axes, start: NDArray[np.float64], step: NDArray[np.float64], color: str, label: str
) -> None:
    look: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": color,
        "linewidth": 1.8,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.annotate("", tuple(start + step), xytext=tuple(start), arrowprops=look)
    axes.plot([], [], color=color, linewidth=1.8, label=label)


def _angle(
    axes: Axes,
    x: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    length: float,
) -> None:
    angles = [float(np.degrees(np.arctan2(step[1], step[0]))) for step in (first, second)]
    low, high = angles if (angles[1] - angles[0]) % 360 <= 180 else angles[::-1]
    size = 0.5 * length
    axes.add_patch(
        Arc(
            (float(x[0]), float(x[1])),
            size,
            size,
            theta1=low,
            theta2=high,
            color=BLACK,
            linewidth=1.0,
        )
    )
    middle = np.radians(low + ((high - low) % 360) / 2)
    place = x + 0.36 * length * np.array([np.cos(middle), np.sin(middle)])
    axes.annotate("θ", (float(place[0]), float(place[1])), ha="center", va="center")
