"""The stages of the ReLU experiment on small settings, checked against routes of their own."""

import numpy as np
import pytest
import torch

from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.experiments.hypercube.points import segment_ends
from fcflow.experiments.relu.aggregate import aggregate_runs
from fcflow.experiments.relu.columns import EXPERIMENTS, PATHS, SEGMENTS, TRAINING
from fcflow.experiments.relu.probe import probe_networks
from fcflow.experiments.relu.train import train_networks
from fcflow.networks.relu import ReluNetwork

OPTIONS = {
    "hidden": 40,
    "depth": 2,
    "batch_size": 8,
    "epochs": 30,
    "learning_rate": 3e-3,
    "betas": [0.9, 0.999],
    "epsilon": 1e-8,
    "valid_runs": None,
}


@pytest.fixture(scope="module")
def stages():
    problems, matrices = generate_hypercubes(
        seed=2, experiment="relu", study="here", d=5, column_scale=5.0, runs=4, sample=None
    )
    training, weights = train_networks(problems, matrices, **OPTIONS)
    segments, paths = probe_networks(
        [matrices], [training], [weights], alphas=5, path_tolerance=1e-3
    )
    return {
        "problems": problems,
        "A": matrices["A"],
        "training": training,
        "weights": weights,
        "segments": segments,
        "paths": paths,
    }


def network(stages, index):
    return ReluNetwork.from_arrays(
        {name: array[index] for name, array in stages["weights"].items()}
    )


def test_every_stage_holds_what_it_declares(stages):
    TRAINING.frame.validate(stages["training"])
    SEGMENTS.frame.validate(stages["segments"])
    PATHS.frame.validate(stages["paths"])
    assert set(stages["weights"]) == {"W0", "b0", "W1", "b1", "W2", "b2"}


def test_segments_join_corners_that_differ_in_the_label_alone(stages):
    A = stages["A"][0]
    b1, b2 = segment_ends(A, seed=3)
    z1, z2 = np.linalg.solve(A, b1), np.linalg.solve(A, b2)
    np.testing.assert_allclose(np.abs(np.concatenate([z1, z2])), 1.0, atol=1e-9)
    np.testing.assert_allclose(z1[:-1], z2[:-1], atol=1e-9)
    np.testing.assert_allclose(b1 - b2, 2 * A[:, -1])


def test_rho_is_the_share_of_the_feature_along_a_finite_difference_gradient(stages):
    for index, row in stages["training"].iterrows():
        A = stages["A"][row["run"]]
        b1, b2 = segment_ends(A, row["seed"])
        found = stages["segments"].query("run == @row.run")
        for alpha, rho in zip(found["alpha"], found["rho"], strict=True):
            x = alpha * b1 + (1 - alpha) * b2
            steps = 1e-6 * np.eye(5)
            gradient = (
                network(stages, index).gap(x + steps) - network(stages, index).gap(x - steps)
            ) / 2e-6
            a = A[:, -1]
            expected = abs(gradient @ a) / np.linalg.norm(gradient) / np.linalg.norm(a)
            assert rho == pytest.approx(expected, abs=1e-5)


def test_projection_on_both_gradients_holds_more_than_on_their_difference(stages):
    assert (stages["segments"]["rho2"] >= stages["segments"]["rho"] - 1e-9).all()
    assert (stages["segments"]["rho2"] > stages["segments"]["rho"] + 1e-6).any()


def test_the_path_integral_is_the_change_of_the_gap(stages):
    paths = stages["paths"]
    change = paths["gap_b1"] - paths["gap_b2"]
    assert paths["converged"].all()
    assert ((paths["integral"] - change).abs() <= 1e-3 * change.abs()).all()
    np.testing.assert_allclose(
        paths["quadrature_error"].abs(), (paths["integral"] - change).abs(), atol=1e-9
    )
    for index, row in stages["training"].iterrows():
        b1, b2 = segment_ends(stages["A"][row["run"]], row["seed"])
        np.testing.assert_allclose(
            network(stages, index).gap(b1[None])[0], paths["gap_b1"].iloc[index]
        )
        np.testing.assert_allclose(
            network(stages, index).gap(b2[None])[0], paths["gap_b2"].iloc[index]
        )


def test_training_many_at_once_as_on_a_gpu_gives_the_same_runs(stages):
    batched, weights = train_networks(
        stages["problems"], {"A": stages["A"]}, **OPTIONS, device=torch.device("cpu")
    )
    assert batched["run"].tolist() == stages["training"]["run"].tolist()
    np.testing.assert_allclose(weights["W0"], stages["weights"]["W0"], atol=5e-3)


def test_aggregation_has_one_row_a_trained_run(stages):
    rows = aggregate_runs([stages["problems"]], [stages["training"]], [stages["paths"]])
    EXPERIMENTS.frame.validate(rows)
    assert rows["run"].tolist() == list(range(4))
