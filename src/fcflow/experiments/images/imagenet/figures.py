"""Figures 4 to 6: the images of the pairs, what perturbs them, and |cos θ_γ| along the paths ([FC] §6)."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fcflow.paper.style import BLACK, BLUE, GREEN, ORANGE, VERMILION

_MAGNIFIED = 10
_LOOKS = [(BLUE, "o", "-"), (VERMILION, "s", "--"), (GREEN, "^", "-."), (ORANGE, "D", ":")]
_SIDE = 1.75  # of an image, in inches


def draw_perturbed_images(
    pairs: pd.DataFrame,
    attacks: pd.DataFrame,
    pixels: NDArray[np.uint8],
    perturbations: dict[int, NDArray[np.float32]],
) -> Figure:
    """Draw Figure 4: the first image of each pair shown, perturbed, and the perturbation ten times as strong.

    Parameters
    ----------
    pairs, attacks : DataFrames
        The experiment's.
    pixels : uint8 [images, 3, h, w]
    perturbations : dict
        By the pair's number the shortest perturbation that flips it, float32 [3, h, w]; without
        pairs never flipped.
    """
    shown = _shown(pairs)
    if shown.empty:
        return _nothing()
    figure = Figure(figsize=(3 * _SIDE, (_SIDE + 0.45) * len(shown)))
    grid = figure.subplots(len(shown), 3, squeeze=False)
    for row, axes in zip(shown.to_dict("records"), grid, strict=True):
        x = pixels[row["image1"]] / 255
        delta = perturbations.get(row["pair"], np.zeros_like(x, dtype=np.float32))
        found = (
            attacks[(attacks["pair"] == row["pair"]) & attacks["pair_flipped"]]
            .sort_values("norm")
            .head(1)
        )
        answer, below = "no perturbation found", ""
        for best in found.to_dict("records"):
            answer = f"answer: {best['predicted_description']}"
            below = f"‖e‖ = {best['norm']:.3f} ({best['attack']})"
        _show(
            axes[0],
            x,
            f"{row['place']}. {row['class1']}",
            f"half distance {row['half_distance']:.1f}",
        )
        _show(axes[1], x + delta, f"{row['class2']} over {row['class1']}", answer)
        _show(axes[2], 0.5 + _MAGNIFIED * delta, f"perturbation × {_MAGNIFIED}", below)
    return figure


def draw_other_images(pairs: pd.DataFrame, pixels: NDArray[np.uint8]) -> Figure:
    """Draw Figure 5: the second image of each pair shown, and the difference x1 − x2, the feature direction."""
    shown = _shown(pairs)
    if shown.empty:
        return _nothing()
    figure = Figure(figsize=(_SIDE * len(shown), 2 * (_SIDE + 0.45)))
    grid = figure.subplots(2, len(shown), squeeze=False)
    for row, (upper, lower) in zip(shown.to_dict("records"), grid.T, strict=True):
        x1, x2 = (pixels[row[name]] / 255 for name in ("image1", "image2"))
        _show(
            upper,
            x2,
            f"{row['place']}. {row['class2']}",
            "closest" if row["closest"] else "as asked for",
        )
        _show(lower, 0.5 + (x1 - x2) / 2, "x1 − x2, halved", f"‖x1 − x2‖ = {row['distance']:.1f}")
    return figure


def draw_compression_along_paths(rows: pd.DataFrame, dimension: int) -> Figure:
    """Draw Figure 6 from the rows of Table 7: |cos θ_γ| against γ; the pairs that are in no table in grey."""
    figure = Figure(figsize=(6.2, 3.8))
    axes = figure.subplots()
    others = rows[rows["place"] == 0]
    for number, (_, curve) in enumerate(others.groupby("name1")):
        label = f"{others['name1'].nunique()} other pairs" if number == 0 else None
        axes.plot(
            curve["gamma"],
            curve["cos_theta"].abs(),
            color="#bbbbbb",
            linewidth=0.7,
            zorder=1,
            label=label,
        )
    for number, (place, curve) in enumerate(rows[rows["place"] > 0].groupby("place")):
        color, marker, line = _LOOKS[number % len(_LOOKS)]
        label = f"{place}. {curve['class1'].iloc[0]} → {curve['class2'].iloc[0]}"
        look: dict[str, Any] = {
            "color": color,
            "marker": marker,
            "linestyle": line,
            "markersize": 4,
            "label": label,
        }
        axes.plot(curve["gamma"], curve["cos_theta"].abs(), zorder=2, **look)
    chance = float(np.sqrt(2 / np.pi / dimension))
    axes.axhline(
        chance,
        color=BLACK,
        linewidth=1,
        linestyle=(0, (1, 1)),
        label="mean of a random direction",
        zorder=3,
    )
    axes.set(xlabel="γ", ylabel="|cos θ| at x1 + γ (x2 − x1)", xlim=(0, 1), ylim=(0, None))
    axes.legend(fontsize=7.5, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _shown(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs[pairs["place"] > 0].sort_values("place")


def _show(axes: Axes, image: NDArray[Any], above: str, below: str) -> None:
    axes.imshow(np.clip(image, 0, 1).transpose(1, 2, 0), interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title(above, fontsize=7.5)
    axes.set_xlabel(below, fontsize=7.5)


def _nothing() -> Figure:
    figure = Figure(figsize=(4, 1))
    figure.text(0.5, 0.5, "no pair of correctly classified images", ha="center", va="center")
    return figure
