"""The figures of an experiment with a name of the user's own."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from fcflow.experiments.images.averages import STATISTICS
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.columns import ATTACKS, EXPERIMENTS, KEY, NETWORKS, SHOWN
from fcflow.experiments.images.drawing import draw_paths, draw_scatter, show
from fcflow.experiments.images.least import flips
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper.figure import figure
from fcflow.paper.labels import Label, label_ends
from fcflow.paper.numbers import number, plain
from fcflow.paper.style import AZURE, BLACK, RED, VIOLET, headline

_SIDE = 1.45  # of an image, in inches
_ROWS = ("x₁", "x₂", "perturbed, x₁ + e", "perturbation e")


@figure(
    "{own}_scatter",
    reads={
        "experiments": EXPERIMENTS.at("results/{own}/experiments.parquet"),
        "attacks": ATTACKS.at("results/{own}/attacks.parquet"),
        "statistics": STATISTICS.at("results/tables/{own}.parquet"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
    label="Scatter of {own}",
    shows="‖e‖ against |cos θ| and |D̃|",
    caption="One mark a pair. Left: the least perturbation ‖e‖ over half the distance to the other"
    " input, against the compression |cos θ|; the paper says that they are close (solid line;"
    " dashed: twice as long). Right: ‖e‖ against the length |D̃| that the path integral predicts:"
    " the change of the logit gap on the whole way to the other input, over the gradient's length"
    " at the first.",
)
def scatter(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    statistics: pd.DataFrame,
    networks: pd.DataFrame,
    *,
    experiment: str,
) -> Figure:
    """Draw the least ‖e‖ of every pair against what compression predicts."""
    return draw_scatter(experiments, attacks, statistics, networks)


@figure(
    "{own}_paths",
    reads={
        "table": PATH_TABLE.at("results/tables/{own}_paths.parquet"),
        "images": SHOWN.at("results/{own}/shown.safetensors"),
        "networks": NETWORKS.at("results/{own}/networks.parquet"),
    },
    label="Paths of {own}",
    shows="|cos θ| against γ",
    caption="How much the network looks along the difference of two inputs, |cos θ|, at each place"
    " γ of the path from one (0) to the other (1). Where cos θ changes its sign, |cos θ| passes"
    " through zero, and a line may leave the plot and return. Dotted: what a direction drawn at"
    " random would have on average. Grey: pairs that no table shows; black: the mean of all.",
)
def paths(
    table: pd.DataFrame, images: dict[str, NDArray[Any]], networks: pd.DataFrame, *, experiment: str
) -> Figure:
    """Draw |cos θ_γ| of every pair against γ, and their mean."""
    drawn = Figure(figsize=(8.0, 4.2))
    axes = drawn.subplots()
    name = lambda pair: f"{pair['place']}. {pair['class1']} → {pair['class2']}"  # noqa: E731
    ends = draw_paths(axes, table, name, size=True)
    sizes = table.assign(size=table["cos_theta"].abs())
    mean = sizes.groupby("gamma")["size"].mean()
    axes.plot(mean.index, mean, color=BLACK, linewidth=2.4, zorder=3)
    chance = float(np.sqrt(2 / np.pi / np.prod(images["x1"].shape[1:])))
    axes.axhline(chance, color=BLACK, linewidth=1, linestyle=(0, (1, 1)), zorder=3)
    ends.append(Label("a random direction", 1.0, chance, BLACK))
    if len(mean):
        ends.append(Label("mean of all", float(mean.index[-1]), float(mean.iloc[-1]), BLACK))
    smallest = sizes.loc[sizes["size"] > 0, "size"].min()
    least = chance if np.isnan(smallest) else min(chance, max(smallest, 0.1 * chance))
    axes.set(yscale="log", ylim=(0.7 * least, 1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.set(xlabel="γ, place on the path between both inputs", ylabel="|cos θ|")
    label_ends(axes, ends)
    headline(drawn, word_of_chance(networks) or _seen_of_paths(sizes["size"], chance, experiment))
    return drawn


def _seen_of_paths(sizes: "pd.Series[float]", chance: float, experiment: str) -> str:
    if sizes.dropna().empty:
        return f"{experiment}: no path has a direction"
    times = f"{sizes.mean() / chance:.1f} times that of a random direction"
    return f"{experiment}: |cos θ| is {number(sizes.mean(), digits=2)} on average, {times}"


@figure(
    "{own}_pairs",
    reads={
        "experiments": EXPERIMENTS.at("results/{own}/experiments.parquet"),
        "attacks": ATTACKS.at("results/{own}/attacks.parquet"),
        "images": SHOWN.at("results/{own}/shown.safetensors"),
    },
    label="Pairs of {own}",
    shows="inputs and what changes the answer",
    caption="The pairs of the table, from top to bottom: the first input; the second, of another"
    " class; the first with the shortest perturbation e found that puts the other class ahead of"
    " the first's, which may leave a third class as the answer, and keeps to the data's bounds;"
    " and that perturbation alone, around zero. Inputs that are no pictures are drawn as their"
    " numbers in a row.",
)
def pairs(
    experiments: pd.DataFrame,
    attacks: pd.DataFrame,
    images: dict[str, NDArray[Any]],
    *,
    experiment: str,
) -> Figure:
    """Draw the pairs shown, as pictures where they are such, and what perturbs them."""
    shown = experiments[experiments["place"] > 0].sort_values("place")
    drawn = Figure(figsize=(max(4.0, _SIDE * len(shown)), 4 * _SIDE + 0.9))
    if shown.empty:
        headline(drawn, f"{experiment}: no pair")
        return drawn
    pictures = images["x1"].dtype == np.uint8
    unit = 255 if pictures else 1
    grid = drawn.subplots(4, len(shown), squeeze=False)
    for axes, name in zip(grid[:, 0], _ROWS, strict=True):
        axes.set_ylabel(name)
    for i, (_, pair) in enumerate(shown.iterrows()):
        x1, x2, delta = images["x1"][i] / unit, images["x2"][i] / unit, images["delta"][i]
        below = [
            str(pair["class1"]),
            f"‖x₁ − x₂‖ = {pair['distance']:.3g},\n{pair['class2']}",
            *_perturbed(attacks, pair, delta),
        ]
        inputs = (x1, x2, x1 + delta, delta)
        for axes, values, text in zip(grid[:, i], inputs, below, strict=True):
            reach = float(np.abs(delta).max()) if values is delta else 0.0
            if pictures:
                show(axes, values, text, reach=reach)
            else:
                color = {id(x1): VIOLET, id(x2): AZURE}.get(id(values), RED)
                axes.bar(np.arange(values.size), values.ravel(), width=0.9, color=color)
                axes.set_xlabel(text, fontsize=7.5)
                axes.set_xticks([])
    headline(drawn, _seen_of_pairs(shown, experiment))
    return drawn


def _perturbed(attacks: pd.DataFrame, pair: Any, delta: NDArray[Any]) -> list[str]:
    own = attacks[(attacks[KEY] == pair[KEY]).all(axis=1) & flips(attacks) & attacks["success"]]
    own = own[own["box"]] if attacks["box"].any() else own
    if own.empty:
        return ["none found", ""]
    best = own.sort_values("norm", kind="stable").iloc[0]
    norm = f"‖e‖ = {number(best['norm'])}"
    return [f"{norm},\nread as {best['predicted_name']}", f"±{np.abs(delta).max():.2g}"]


def _seen_of_pairs(pairs: pd.DataFrame, experiment: str) -> str:
    share = float((pairs["least"] / pairs["half_distance"]).mean())
    if np.isnan(share):
        return f"{experiment}: pairs of inputs"
    return (
        f"{experiment}: a perturbation of {100 * share:.3g} % of half the distance is enough to put"
        f" the other class ahead, on average of the {len(pairs)} shown"
    )
