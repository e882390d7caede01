"""Tables of experiments on images, made up so that their answers are known."""

import numpy as np
import pandas as pd

from fcflow.experiments.images.averages import STATISTICS
from fcflow.experiments.images.columns import ANSWERS, ATTACKS, CURVES, EXPERIMENTS, NETWORKS
from fcflow.experiments.images.pair_table import PAIR_TABLE
from fcflow.experiments.images.path_table import PATH_TABLE

MNIST_WAYS = (
    ("fast_l2", "pair", False),
    ("fast_sign", "pair", False),
    ("minimal", "argmax", False),
    ("ddn", "pair", False),
    ("fast_sign", "target", True),
    ("ddn", "pair", True),
)
IMAGENET_WAYS = (
    ("iterated", "target", True),
    ("ddn", "pair", True),
    ("minimal", "pair", True),
    ("minimal", "argmax", True),
)


def linear_pairs(count=12, networks=2, gap_x2=-1.0):
    """Return the rows of pairs on which g is linear, with ‖∇g‖ = 2 and gaps of 1 at x1."""
    draw = np.random.default_rng(0)
    rows = []
    for i in range(count):
        distance, change = float(draw.uniform(2, 6)), 1.0 - gap_x2
        cosine = change / (2.0 * distance)
        lengths = {"predicted_length": change / 2.0, "flip_length": 0.5}
        rows.append(
            {
                "experiment": "mnist",
                "network": i % networks,
                "pair": i // networks,
                "image1": i // networks,
                "image2": -1,
                "place": i + 1 if i < 3 else 0,
                "name1": f"image {i // networks}",
                "name2": "blocked",
                "class1": "7",
                "class2": "1",
                "source": 7,
                "target": 1,
                "distance": distance,
                "half_distance": distance / 2,
                "gap_x1": 1.0,
                "gap_x2": gap_x2,
                "integral": change,
                "quadrature_error": 0.0,
                "relative_error": 0.0,
                "converged": True,
                "n_gradients": 9,
                "gradient_norm": 2.0,
                **dict.fromkeys(("cos_theta", "mean_cos", "mean_abs_cos"), cosine),
                **lengths,
                **dict.fromkeys(("least", "least_boxed", "least_argmax"), 0.5),
            }
        )
    return EXPERIMENTS.table(rows)


def distant_pairs(n=5, **changed):
    """Return pairs with norms 1 to n, |D̃| twice as long, and half distances of ten."""
    least = np.arange(1.0, n + 1)
    number = np.arange(n)
    columns = {
        "experiment": "imagenet",
        "network": 0,
        "pair": number,
        "image1": number,
        "image2": (number + 1) % max(n, 1),
        **{f"name{side}": [f"image{side}_{i}" for i in range(n)] for side in "12"},
        "source": number,
        "target": number + 1,
        "class1": "dog",
        "class2": "cat",
        "distance": 20.0,
        "half_distance": 10.0,
        "place": [1, 2, 3, 4, *[0] * (n - 4)][:n],
        "gap_x1": 5.0,
        "gap_x2": -5.0,
        "integral": 10.0,
        "quadrature_error": 0.01,
        "relative_error": 0.001,
        "converged": True,
        "n_gradients": 21,
        "gradient_norm": 2.0,
        "cos_theta": -0.002,
        "mean_cos": 0.001,
        "mean_abs_cos": 0.003,
        "predicted_length": -2 * least,
        "flip_length": least,
        "least": least,
        "least_boxed": least,
        "least_argmax": least / 2,
        "closest": 1.0,
    }
    rows = pd.DataFrame(columns).assign(**changed)
    return EXPERIMENTS.frame.validate(EXPERIMENTS.table(rows))


def attacks_of(experiments, ways):
    """Return attacks in some ways, each as long as the shortest, which all succeed."""
    tables = [
        experiments[["experiment", "network", "pair"]].assign(
            attack=attack,
            criterion=criterion,
            box=box,
            norm=experiments["least_argmax" if criterion == "argmax" else "least"],
            max_norm=0.1,
            ratio=0.1,
            success=True,
            reason="",
            gap=-1e-6,
            predicted=1,
            predicted_name="1",
            pair_flipped=criterion != "argmax",
            argmax_changed=True,
            target_reached=True,
            n_forward=9,
            n_backward=9,
        )
        for attack, criterion, box in ways
    ]
    return ATTACKS.frame.validate(ATTACKS.table(pd.concat(tables, ignore_index=True)))


def failing(attacks, way, pair, network=0):
    """Return the attacks with one of them without success."""
    rows = attacks.copy()
    own = (rows[["attack", "criterion", "box"]] == list(way)).all(axis=1)
    own &= rows["pair"].eq(pair) & rows["network"].eq(network)
    rows.loc[own, ["norm", "max_norm", "ratio"]] = np.nan
    rows.loc[own, ["success", "pair_flipped", "argmax_changed", "target_reached"]] = False
    return rows


def networks_of(experiments, count=2, *, at_chance=False, **changed):
    """Return how networks classify."""
    pairs = [int((experiments["network"] == number).sum()) for number in range(count)]
    rows = [
        {
            "experiment": "mnist",
            "network": number,
            "weights_sha256": "",
            "batch": 64,
            "classes": 10,
            "images": 100,
            "correct": 10 if at_chance else 97,
            "test_accuracy": 0.1 if at_chance else 0.97,
            "at_chance": at_chance,
            "candidates": 20,
            "correct_candidates": 19 if pairs[number] else 0,
            "pairs": pairs[number],
        }
        for number in range(count)
    ]
    return NETWORKS.frame.validate(NETWORKS.table(pd.DataFrame(rows).assign(**changed)))


def answers_of(correct=18, n=20):
    """Return what a network says to images of dogs: mop, where it is wrong."""
    rows = pd.DataFrame({"image": np.arange(n), "name": [f"image1_{i}" for i in range(n)]})
    rows = rows.assign(experiment="imagenet", network=0, label=1, predicted=2)
    rows = rows.assign(predicted_name="mop", correct=np.arange(n) < correct, probability=0.5)
    return ANSWERS.frame.validate(ANSWERS.table(rows))


def curves_of(experiments, cosines=None):
    """Return three points of each path, where cos θ is that at x1 or what is given."""
    rows = [
        {
            "experiment": row.experiment,
            "network": row.network,
            "pair": row.pair,
            "gamma": gamma,
            "cos_theta": row.cos_theta if cosines is None else cosines[number],
            "gradient_norm": 2.0,
            "gap": row.gap_x1 + gamma * (row.gap_x2 - row.gap_x1),
        }
        for row in experiments.itertuples()
        for number, gamma in enumerate((0.0, 0.5, 1.0))
    ]
    return CURVES.frame.validate(CURVES.table(rows))


def claim_tables():
    """Return the tables that claims are decided from: D̃ is off by 1 %, and cosines are small."""
    shared = {"predicted_over_norm": 1.01, "flip_over_norm": 0.9, "prediction_error": 0.01}
    mnist = [
        *_statistics(
            "average", abs_cos_theta=0.3, mean_abs_cos=0.2, expected_ratio=0.3, gap_share=1.0
        ),
        *_statistics("average", "least", ratio=0.303, difference=0.01, **shared),
        *_statistics("correlation", "least", ratio_cos=0.9, length_predicted=0.9),
    ]
    imagenet = [
        *_statistics("average", mean_abs_cos=0.004),
        *_statistics("average", "least", **shared),
        *_statistics("average", "iterated", criterion="target", **shared),
        *_statistics("correlation", "least", length_predicted=0.9),
        *_statistics("correlation", "iterated", criterion="target", length_predicted=0.9),
    ]
    pairs = distant_pairs(5, place=0, name1=[f"a{i}" for i in range(5)], name2="b")
    table8 = PAIR_TABLE.table(
        pairs.assign(
            attack="iterated", criterion="target", box=True, success=True, norm=1.0
        ).assign(ratio=0.1, abs_cos_theta=0.002)
    )
    curves = curves_of(pairs, cosines=[-0.02, 0.01, 0.0])
    names = [
        "experiment",
        "network",
        "pair",
        "place",
        "name1",
        "name2",
        "class1",
        "class2",
        "mean_cos",
    ]
    of_two = linear_pairs(16)
    return {
        "mnist": STATISTICS.table(mnist),
        "mnist_networks": networks_of(of_two),
        "table7": PATH_TABLE.table(curves.merge(pairs[names], on=names[:3])),
        "table8": table8,
        "imagenet": STATISTICS.table(imagenet),
        "imagenet_networks": networks_of(pairs, 1, experiment="imagenet", classes=1000),
    }


def _statistics(kind, attack="", criterion="pair", **quantities):
    own = {"attack": attack, "criterion": criterion if attack else "", "box": attack == "iterated"}
    return [
        {
            "kind": kind,
            "quantity": quantity,
            **own,
            "estimate": value,
            "low": value - 0.001,
            "high": value + 0.001,
            "n": 5,
            "lowest_network": 0.0,
            "highest_network": 1.0,
        }
        for quantity, value in quantities.items()
    ]
