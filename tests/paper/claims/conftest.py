"""The tables that claims are decided from, made up so that verdicts are known."""

import pandas as pd
import pytest
from tests.experiments.linear import made_up as made_up_linear
from tests.experiments.relu import made_up as made_up_relu
from tests.experiments.theory.holding import theory_tables
from tests.paper.claims.deciding import SCHEMAS


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


@pytest.fixture
def tables(linear, relu, images):
    """Return every table that a claim is decided from, where every claim holds."""
    return linear | relu | images | theory_tables()
