"""Attacked points whose least perturbation is known."""

import numpy as np
import pandas as pd
import pytest

from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.experiments.relu.attack import attack_networks
from fcflow.experiments.relu.columns import POINTS, TRAINING


@pytest.fixture(scope="module")
def attacked():
    # d = 1: the points are x = a and x = -a, their classes the signs; 2 relu(x) - a/2 is flat at -a
    # and zero at a/4.
    problems, matrices = generate_hypercubes(
        seed=0, experiment="relu", study="here", d=1, column_scale=1.0, runs=1, sample=None
    )
    entry = float(matrices["A"][0, 0, 0])
    a = abs(entry)
    weights = {"W0": [[np.sign(entry)]], "b0": [0.0], "W1": [[1.0], [-1.0]], "b1": [-a / 2, 0.0]}
    row = problems.iloc[0][["study", "d", "column_scale", "run", "seed"]].to_dict()
    row |= {"hidden": 1, "batch_size": 1, "depth": 1, "epochs": 1, "train_loss": 0.1}
    training = pd.DataFrame([row | {"train_accuracy": 1.0, "fresh_accuracy": 1.0, "valid": True}])
    training = TRAINING.frame.validate(TRAINING.table(training))
    arrays = {name: np.array([array]) for name, array in weights.items()}
    # Of a second setting no network is valid, and nothing is attacked.
    inputs = (problems, matrices, training, arrays)
    settings = zip(inputs, (problems, matrices, training.assign(valid=False), arrays), strict=True)
    points = attack_networks(*map(list, settings), attacked_points=9)
    return POINTS.frame.validate(points), a


def test_no_more_points_are_attacked_than_there_are(attacked):
    assert sorted(attacked[0]["label"]) == [0, 1]


def test_a_step_along_the_gradient_is_exact_where_the_gap_is_linear(attacked):
    points, a = attacked
    steep = points[points["label"] == 0].iloc[0]
    assert steep["flip_length"] == pytest.approx(0.75 * a)
    assert steep["minimal_norm"] == pytest.approx(0.75 * a)
    assert steep["certified_norm"] == pytest.approx(0.75 * a, rel=1e-3)


def test_where_the_gap_is_flat_there_is_no_such_step_and_nothing_is_certified_above_the_truth(
    attacked,
):
    points, a = attacked
    flat = points[points["label"] == 1].iloc[0]
    assert np.isnan(flat["flip_length"])
    assert np.isnan(flat["cos_theta"])
    assert not flat["success"] or flat["minimal_norm"] == pytest.approx(1.25 * a)
    assert not flat["certified_norm"] > 1.25 * a * (1 + 1e-9)


def test_the_factors_multiply_to_the_ratio_where_there_is_a_gradient(attacked):
    points, _ = attacked
    factors = ["weighted_cosine", "evenness", "boundary_place", "curvature"]
    steep = points[points["label"] == 0].iloc[0]
    assert steep[factors].prod() == pytest.approx(steep["minimal_ratio"], rel=1e-9)
    # From a the gap falls by 2a at one rate down to 0, and stays at −a/2 from there on.
    assert steep["boundary_place"] == pytest.approx(2 * 1.5 / 2)
    assert steep["curvature"] == pytest.approx(1.0)
    flat = points[points["label"] == 1].iloc[0]
    assert np.isnan(flat["evenness"])
