"""How the ImageNet tables are shown: headings, order and the notes that say what was counted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fcflow.experiments.imagenet.chance import word_of_chance
from fcflow.experiments.imagenet.schemas import NORMS
from fcflow.paper import published
from fcflow.paper.render import Layout, interval

_WANTED = {
    "norm_iterated_target": "x2's class is the answer",
    "norm_ddn_pair": "x2's class over x1's",
    "norm_minimal_pair": "x2's class over x1's",
    "norm_minimal_argmax": "any other answer",
}
_LOST = (
    f"The paper has {published.TABLE8_PAIRS} pairs of other images on another network; the entries"
    " of its table are lost in its text, so nothing published stands beside."
)


def table7_layout(
    rows: pd.DataFrame,
    results: pd.DataFrame,
    images: pd.DataFrame,
    *,
    dimension: int,
    shown_pairs: Sequence[Sequence[str]] = (),
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 7 as shown: cos θ_γ, one column a pair, and the averages below.

    Parameters
    ----------
    rows, results : DataFrames
        Tables 7 and 8.
    images : DataFrame
        Those of the experiment.
    dimension : int
        Of an image: a random direction's cosine depends on it.
    shown_pairs : sequence of names
        The pairs that the configuration asks for.
    """
    wide = rows[rows["place"] > 0].pivot(index="gamma", columns="place", values="cos_theta")
    wide["all"] = rows.assign(size=rows["cos_theta"].abs()).groupby("gamma")["size"].mean()
    average = wide.mean().to_frame().T
    shown = pd.concat([wide, average], ignore_index=True)
    shown.columns = [str(name) for name in shown.columns]
    shown.insert(0, "gamma", [f"{gamma:.3g}" for gamma in wide.index] + ["average"])
    named = results[results["place"] > 0].sort_values("place").to_dict("records")
    labels = {"gamma": "γ"}
    labels |= {
        str(row["place"]): f"{row['place']}. {row['class1']} → {row['class2']}" for row in named
    }
    labels["all"] = f"mean |cos θ|, all {len(results)} pairs"
    spanners = {"cos θ at x1 + γ (x2 − x1)": [str(row["place"]) for row in named]} if named else {}
    notes = [
        *_warnings(results, images, shown_pairs),
        (
            f"A random direction in {dimension} dimensions has |cos θ| ="
            f" {np.sqrt(2 / np.pi / dimension):.5f} on average."
        ),
        _quadrature(results),
        _LOST,
    ]
    title = "Table 7. Feature compression along the path between two images"
    return shown[list(labels)], Layout(
        title, labels, spanners, [note for note in notes if note], decimals=5
    )


def table8_layout(
    rows: pd.DataFrame,
    averages: pd.DataFrame,
    images: pd.DataFrame,
    *,
    level: float,
    shown_pairs: Sequence[Sequence[str]] = (),
) -> tuple[pd.DataFrame, Layout]:
    """Return Table 8 as shown: the pairs in the paper's places, and the mean over all pairs."""
    numbers = [
        "distance",
        "half_distance",
        *NORMS,
        "predicted_length",
        "flip_length",
        "ratio",
        "abs_cos_theta",
    ]
    shown = rows.loc[rows["place"] > 0, ["place", "class1", "class2", *numbers]].sort_values(
        "place"
    )
    shown["place"] = shown["place"].astype(str) + ". " + shown["class1"] + " → " + shown["class2"]
    mean = rows[numbers].mean().to_frame().T.assign(place=f"mean of all {len(rows)}")
    shown = pd.concat([shown, mean], ignore_index=True)[["place", *numbers]]
    labels = {
        "place": "pair",
        "distance": "‖x1 − x2‖",
        "half_distance": "half",
        "norm_iterated_target": "iterated",
        "norm_ddn_pair": "DDN",
        "norm_minimal_pair": "minimal",
        "norm_minimal_argmax": "minimal",
        "predicted_length": "D̃",
        "flip_length": "D̃ flip",
        "ratio": "‖e‖/half",
        "abs_cos_theta": "|cos θ|",
    }
    spanners: dict[str, list[str]] = {}
    for name, criterion in _WANTED.items():
        spanners.setdefault(f"‖e‖, {criterion}", []).append(name)
    missed = [
        (f"{labels[name]}, {criterion}", int(rows[name].isna().sum()))
        for name, criterion in _WANTED.items()
    ]
    notes = [
        *_warnings(rows, images, shown_pairs),
        (
            "Norms are L2, of images whose pixels lie in [0, 1]. ‖e‖/half is the shortest"
            " perturbation found with which the logit of x2's class exceeds that of x1's, over half"
            " the distance; D̃ is the path integral over ‖∇g(x1)‖, and D̃ flip is g(x1) over it."
        ),
        *_averages(averages, level),
        *(
            f"Without success: {name}, {count} of {len(rows)} pairs."
            for name, count in missed
            if count
        ),
        _quadrature(rows),
        _LOST,
    ]
    title = "Table 8. Least perturbations of images"
    return shown, Layout(title, labels, spanners, [note for note in notes if note])


def _averages(averages: pd.DataFrame, level: float) -> list[str]:
    names = {
        "ratio": "Average of ‖e‖/half",
        "ratio_argmax": "The same for any other answer",
        "mean_abs_cos": "Average of |cos θ| over path and pairs",
        "iterated_over_predicted": "Average of iterated ‖e‖ over |D̃|",
        "least_over_predicted": "Average of the shortest ‖e‖ over |D̃|",
        "least_over_flip": "Average of the shortest ‖e‖ over |D̃ flip|",
        "error_iterated": "Average of ||D̃|/‖e‖ − 1|, iterated",
        "error_least": "Average of ||D̃|/‖e‖ − 1|, shortest",
        "correlation_iterated": "Correlation of iterated ‖e‖ with |D̃|",
        "correlation_least": "Correlation of the shortest ‖e‖ with |D̃|",
    }
    found = {row["quantity"]: row for _, row in averages.dropna(subset=["estimate"]).iterrows()}
    return [
        f"{told}: {row['estimate']:.4f} ({level:.0%} interval {interval(row)}, {row['n']} pairs)."
        for name, told in names.items()
        if (row := found.get(name)) is not None
    ]


def _quadrature(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    short = [
        f"{row['name1']}–{row['name2']}" for row in rows.to_dict("records") if not row["converged"]
    ]
    told = (
        f"; NOT within the tolerance with the gradients allowed: {', '.join(short)}"
        if short
        else ""
    )
    return (
        f"Path integrals are within {rows['relative_error'].max():.2%} of g(x1) − g(x2), with "
        f"{rows['n_gradients'].min()} to {rows['n_gradients'].max()} gradients a pair{told}."
    )


def _warnings(
    rows: pd.DataFrame, images: pd.DataFrame, shown_pairs: Sequence[Sequence[str]]
) -> list[str]:
    """Return what a reader must know first: accuracy at chance, no pairs, pairs that could not be shown."""
    correct = int(images["correct"].sum())
    right = set(images.loc[images["correct"], "name"])
    left_out = [name for names in shown_pairs for name in names if name not in right]
    wrong = dict(zip(images["name"], images["predicted_description"], strict=True))
    return [
        note
        for note in (
            word_of_chance(images),
            (
                ""
                if len(rows)
                else "NO PAIR: there are no two correctly classified images of different classes."
            ),
            (
                "Asked for and left out, because misclassified: "
                f"{', '.join(f'{name} (taken for {wrong[name]})' for name in left_out)}."
                if left_out
                else ""
            ),
            (
                f"{correct} of {len(images)} images are classified correctly; each of them, with"
                " the closest one of another class unless another was asked for, is a pair:"
                f" {len(rows)}."
            ),
        )
        if note
    ]
