"""How the MNIST tables are shown: headings, order and the notes that say what was counted."""

import pandas as pd

from fcflow.paper import published
from fcflow.paper.mnist import word_of_chance
from fcflow.paper.render import Layout, interval

_LOST = (
    f"The paper shows {published.TABLE5_PAIRS} pairs of its own; the entries of its table are lost"
    " in its text, so nothing published stands beside."
)
_ATTACKS = {
    "fast_l2": "fast gradient",
    "fast_sign": "fast gradient sign",
    "descent": "gradient descent",
    "minimal": "projection",
    "ddn": "DDN",
}
_CRITERIA = {"pair": "1 over 7", "argmax": "any other answer", "target": "answer 1"}
_LABELS = {
    "test_accuracy": "test accuracy",
    "masked": "sevens that have a mask / sevens classified correctly",
    "abs_cos_theta": "|cos θ| at X1",
    "mean_abs_cos": "|cos θ| averaged over the path",
    "half_distance": "half distance ‖X1 − X2‖/2",
    "least": "least ‖e‖",
    "least_boxed": "least ‖e‖, pixels in [0, 1]",
    "ratio": "least ‖e‖/half",
    "ratio_boxed": "least ‖e‖/half, pixels in [0, 1]",
    "expected_ratio": "‖e‖/half if g were linear: D̃ flip/half",
    "difference": "|least ‖e‖/half − |cos θ||",
    "predicted_over_least": "|D̃| / least ‖e‖",
    "prediction_error": "||D̃| / least ‖e‖ − 1|",
    "flip_over_least": "D̃ flip / least ‖e‖",
    "gap_share": "−g(X2)/g(X1)",
    "ratio_cos": "least ‖e‖/half and |cos θ|",
    "ratio_expected": "least ‖e‖/half and D̃ flip/half",
    "length_predicted": "least ‖e‖ and |D̃|",
    "length_flip": "least ‖e‖ and D̃ flip",
}
_KINDS = {
    "network": "networks",
    "average": "averages",
    "correlation": "correlations",
    "success": "flipped",
}


def table5_layout(rows: pd.DataFrame, networks: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """Return Table 5 as shown: one row a pair, with the averages below."""
    averages = rows.drop(columns=["place", "network", "image"]).mean().to_frame().T
    shown = pd.concat(
        [rows.astype({"place": str}), averages.assign(place="average")], ignore_index=True
    )
    labels = {
        "place": "pair",
        "abs_cos_theta": "|cos θ|",
        "half_distance": "half",
        "norm_fast_l2_pair": "fast",
        "norm_fast_sign_pair": "sign",
        "norm_descent_pair": "descent",
        "norm_minimal_pair": "projection",
        "norm_ddn_pair": "DDN",
        "least": "least",
        "least_boxed": "in the box",
        "ratio": "‖e‖/half",
        "predicted_length": "D̃",
        "flip_length": "D̃ flip",
    }
    spanners = {"‖e‖, 1 over 7": [name for name in labels if name.startswith(("norm_", "least"))]}
    notes = [
        *_warnings(networks, len(rows)),
        _networks_of(rows),
        (
            "half: ‖X1 − X2‖/2. D̃: path integral over ‖∇g(X1)‖; D̃ flip: g(X1)/‖∇g(X1)‖, the"
            " first-order length to the boundary. ‖e‖/half and the column before D̃ are of the"
            " least found without a box; in the box, pixels stay within [0, 1]."
        ),
        (
            "Path integrals differ from g(X1) − g(X2) by at most"
            f" {rows['relative_error'].max():.2%}."
            if len(rows)
            else ""
        ),
        (
            "X2 is the smallest blocked image that is taken for a 1, so that g(X2) is hardly below"
            " zero. Were g linear, ‖e‖/half would be between |cos θ| (g(X2) = −g(X1)) and twice"
            " that (g(X2) = 0)."
        ),
        _LOST,
    ]
    title = "Table 5. Sevens that become ones: compression and least perturbations"
    return shown[list(labels)], Layout(title, labels, spanners, [note for note in notes if note])


def table6_layout(rows: pd.DataFrame, networks: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """Return Table 6 as shown: cos θ_γ, one column a pair, and the averages below."""
    wide = rows.pivot(index="gamma", columns="place", values="cos_theta")
    averages = rows.groupby("place")["mean_cos"].first().to_frame().T
    shown = pd.concat([wide, averages], ignore_index=True)
    shown.columns = [str(name) for name in shown.columns]
    labels = {"gamma": "γ"} | {name: f"pair {name}" for name in shown.columns}
    shown.insert(0, "gamma", [*(f"{gamma:.3g}" for gamma in wide.index), "average"])
    notes = [
        *_warnings(networks, len(rows)),
        _networks_of(rows),
        "cos θ between ∇g at X1 + γ (X2 − X1) and X1 − X2; g is the logit of 7 minus that of 1.",
        _LOST,
    ]
    title = "Table 6. Feature compression from a seven to its blocked image"
    return shown, Layout(title, labels, notes=[note for note in notes if note])


def statistics_layout(
    rows: pd.DataFrame, networks: pd.DataFrame, level: float
) -> tuple[pd.DataFrame, Layout]:
    """Return the statistics over all pairs as shown."""
    shown = rows.assign(
        kind=rows["kind"].map(_KINDS),
        label=[
            _label(kind, quantity)
            for kind, quantity in zip(rows["kind"], rows["quantity"], strict=True)
        ],
        interval=[interval(row) for _, row in rows.iterrows()],
    )
    labels = {
        "kind": "",
        "label": "quantity",
        "estimate": "rebuilt",
        "interval": f"{level:.0%} interval",
        "n": "n",
        "lowest_network": "lowest",
        "highest_network": "highest",
    }
    pairs = int(networks["pairs"].sum())
    notes = [
        *_warnings(networks, pairs),
        (
            f"{pairs} pairs: of {int(networks['sevens'].sum())} test sevens of {len(networks)}"
            f" networks {int(networks['correct_sevens'].sum())} were classified correctly, and"
            f" {pairs} of these have a mask that turns them into ones."
        ),
        (
            "n counts networks for averages (of each network's average) and pairs otherwise."
            " Intervals: bootstrap over networks; over images for correlations (all pairs of an"
            " image at a time); Wilson's for shares flipped."
        ),
    ]
    spanners = {"networks' own": ["lowest_network", "highest_network"]}
    return shown, Layout(
        "Tables 5 and 6 over all sevens that have a mask", labels, spanners, notes, integers=["n"]
    )


def _label(kind: str, quantity: str) -> str:
    if quantity in _LABELS:
        return _LABELS[quantity]
    boxed = quantity.endswith("_boxed")
    attack, criterion = quantity.removesuffix("_boxed").removeprefix("ratio_").rsplit("_", 1)
    told = f"{_ATTACKS[attack]}, {_CRITERIA[criterion]}{', pixels in [0, 1]' if boxed else ''}"
    return told if kind == "success" else f"‖e‖/half, {told}"


def _warnings(networks: pd.DataFrame, pairs: int) -> list[str]:
    none = (
        ""
        if pairs
        else "NO PAIR: no correctly classified test seven has a mask that turns it into a one."
    )
    return [word for word in (word_of_chance(networks), none) if word]


def _networks_of(rows: pd.DataFrame) -> str:
    named = sorted(set(rows["network"]))
    return (
        ""
        if not named
        else f"Pairs of network{'s' if len(named) > 1 else ''} {', '.join(map(str, named))}."
    )
