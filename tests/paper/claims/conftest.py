"""The tables that claims are decided from, made up so that verdicts are known."""

import numpy as np
import pandas as pd
import pytest
from tests.experiments.linear import made_up as made_up_linear
from tests.experiments.relu import made_up as made_up_relu
from tests.paper.claims.deciding import SCHEMAS

from fcflow.paper.theory.rows import exact, row, table
from fcflow.stats import Estimate


@pytest.fixture
def linear():
    """Return the linear experiment's tables."""
    return made_up_linear.claim_tables()


@pytest.fixture
def relu():
    """Return the ReLU experiment's tables."""
    return made_up_relu.claim_tables()


@pytest.fixture
def images():
    """Return the tables of MNIST and ImageNet: D̃ is off by 1 %, and cosines are small."""
    of_mnist = {
        "abs_cos_theta": 0.3,
        "ratio": 0.303,
        "expected_ratio": 0.3,
        "difference": 0.01,
        "mean_abs_cos": 0.2,
    }
    of_mnist |= {
        "predicted_over_least": 1.01,
        "flip_over_least": 0.9,
        "gap_share": 1.0,
        "prediction_error": 0.01,
    }
    rows = [("average", name, value) for name, value in of_mnist.items()]
    rows += [("correlation", name, 0.9) for name in ("ratio_cos", "length_predicted")]
    networks = {
        "seed": 1,
        "train_loss": 0.1,
        "train_accuracy": 1.0,
        "test_loss": 0.1,
        "test_accuracy": 0.97,
    }
    networks |= {
        "test_images": 100,
        "at_chance": False,
        "sevens": 9,
        "correct_sevens": 9,
        "pairs": 8,
    }
    of_imagenet = {
        "mean_abs_cos": 0.004,
        "least_over_flip": 1.0,
        "error_iterated": 0.01,
        "error_least": 0.01,
    }
    of_imagenet |= {f"{attack}_over_predicted": 0.99 for attack in ("iterated", "least")}
    of_imagenet |= {f"correlation_{attack}": 0.9 for attack in ("iterated", "least")}
    pairs = pd.DataFrame(
        {"place": 0, "name1": [f"a{i}" for i in range(5)], "name2": "b", "class1": "dog"}
    )
    pairs = pairs.assign(
        class2="cat", distance=20.0, half_distance=10.0, norm_iterated_target=1.0, closest=True
    )
    others = [name for name in SCHEMAS["table8"].frame.columns if name not in pairs]
    curves = pairs[["place", "name1", "name2", "class1", "class2"]].merge(
        pd.DataFrame({"gamma": [0.0, 0.5, 1.0], "cos_theta": [-0.02, 0.01, 0.0]}), how="cross"
    )
    answers = {
        "image": range(20),
        "sha256": "0",
        "label": 1,
        "synset": "n1",
        "description": "dog",
        "predicted": 1,
    }
    order = list(SCHEMAS["table8"].frame.columns)
    answers |= {
        "predicted_description": "dog",
        "correct": True,
        "probability": 0.5,
        "classes": 1000,
        "name": "a",
    }
    return {
        "mnist": (
            pd.DataFrame(
                [
                    {"kind": kind, "quantity": name, **_interval(value), "n": 5}
                    for kind, name, value in rows
                ]
            ).assign(lowest_network=0.0, highest_network=1.0)
        ),
        "mnist_networks": pd.DataFrame([{"network": i, **networks} for i in range(2)]),
        "table7": curves,
        "table8": (
            pairs.assign(**dict.fromkeys(others, 1.0)).assign(converged=True, n_gradients=1)[order]
        ),
        "table8_averages": pd.DataFrame(
            [{"quantity": q, **_interval(v), "n": 5} for q, v in of_imagenet.items()]
        ),
        "imagenet_images": pd.DataFrame(answers)[list(SCHEMAS["imagenet_images"].frame.columns)],
    }


def _interval(value):
    return {"estimate": value, "low": value - 0.001, "high": value + 0.001}


def _at(quantity, *values, series="", n=100, dims=(16, 64, 256)):
    rows = zip(dims, values, strict=True)
    return [row(quantity, d, Estimate(v, v - 0.001, v + 0.001, n), 1.0, series) for d, v in rows]


def _fit(quantity, value, series=""):
    return row(quantity, None, Estimate(value, value - 0.02, value + 0.02, 300), None, series)


@pytest.fixture
def theory():
    """Return the theorems' tables as they are where every claim holds."""
    shape = "2-2"
    tests = [
        row(name, None, exact(value, 1000), None, f"{shape}, {law}")
        for law, found in (("lemma", (5, 0)), ("wrong degrees", (5, 4)))
        for name, value in zip(("tests", "rejected"), found, strict=True)
    ]
    ones = (1.0, 1.0, 1.0)
    tails = {a: [0.5 * np.log(a) + 0.4 - 1 / d for d in (16, 64, 256)] for a in (1e-4, 1e-2, 0.1)}
    return {
        "theorem1": [
            *_at("concentration", 0.6, 0.8, 0.9), *_at("apart_0.5", 0.9, 1.0, 1.0), *_at("apart_0.3", 0.5, 0.9, 1.0),
            *_at("flipped", *ones), *_at("targeted", 0.5, 0.1, 0.0), *_at("norm_q0.95", *ones), *_at("rounding", *ones),
            _fit("tolerated_exponent", 0.6), _fit("norm_exponent", 0.01), _fit("ratio_exponent", -0.49),
        ],
        "lemma2": [
            row("log_tail_per_d", d, exact(v), v + 0.1, f"{a:g}")
            for a, values in tails.items() for d, v in zip((16, 64, 256), values, strict=True)
        ],
        "lemma3": tests,
        "theorem4": [
            *_at("concentration", 0.6, 0.8, 0.9, series="1, ×1"), *_at("flipped", *ones, series="1, ×1"),
            _fit("norm_exponent", -0.5, "1, ×1"),
        ],
        "theorem5": [
            *_at("flipped", *ones), *_at("held", *ones), _fit("projection_norm_exponent", 0.01),
            *(row(name, 16, exact(1e-12), 0.0) for name in ("attained", "tie", "outside_span")),
        ],
        "theorem6": [
            *_at("flipped", *ones), _fit("norm_exponent", 0.01), _fit("class_distance_exponent", 0.6, "scale 1"),
            *_at("alpha_min", 0.5, 0.8, 1.0, series="scale 1"), *_at("alpha_q0.05", 0.9, 1.1, 1.2, series="scale 1"),
        ],
        "theorem7": [_fit("ratio_exponent", -1.0), row("least_adjusted_p", None, exact(0.4, 30))],
        "first_order": [
            row("residual_max", 1e-6, exact(1e-12, 30), 0.0), row("residual_max", 1.0, exact(0.3, 30), 0.0),
            row("size_ratio", None, exact(0.4, 10)),
        ],
    }  # fmt: skip


@pytest.fixture
def tables(linear, relu, images, theory):
    """Return every table that a claim is decided from, where every claim holds."""
    identity = {
        "experiment": "linear",
        "study": "table1",
        "paths": 50,
        "converged": 50,
        "median_change": 1.0,
    }
    identity |= {"median_relative_error": 1e-15, "largest_relative_error": 1e-14}
    made = {name: table(rows) for name, rows in theory.items()}
    return linear | relu | images | made | {"identity": pd.DataFrame([identity])}
