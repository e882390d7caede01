"""The stages of the linear experiment on small settings, checked against routes of their own."""

import numpy as np
import pandas as pd
import pytest
import torch

from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.errors import FcflowError
from fcflow.experiments.hypercube.columns import PROBLEMS
from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.experiments.linear.aggregate import aggregate_runs
from fcflow.experiments.linear.attack import attack_networks
from fcflow.experiments.linear.columns import ATTACKS, EXPERIMENTS, POINTS, PROBES, TRAINING
from fcflow.experiments.linear.probe import probe_networks
from fcflow.experiments.linear.train import train_networks
from fcflow.networks.affine import AffineNetwork, initial_affine_network
from fcflow.training.reference import plain_affine_module, train_plainly
from fcflow.training.schedule import shuffled_order

OPTIONS = {
    "hidden": 64,
    "batch_size": 8,
    "epochs": 30,
    "learning_rate": 3e-3,
    "betas": [0.9, 0.999],
    "epsilon": 1e-8,
    "stop_when_perfect": False,
    "valid_runs": None,
    "keep_weights": True,
}


def generate(d=5, runs=6, sample=None):
    return generate_hypercubes(
        seed=1, experiment="linear", study="here", d=d, column_scale=5.0, runs=runs, sample=sample
    )


@pytest.fixture(scope="module")
def stages():
    problems, matrices = generate()
    training, maps, weights = train_networks(problems, matrices, **OPTIONS)
    probes = probe_networks([matrices], [training], [maps])
    attacks, points = attack_networks(
        [problems], [matrices], [training], [maps], optimal_points=12, optimal_max_nodes=10**6
    )
    return {
        "problems": problems,
        "matrices": matrices,
        "training": training,
        "maps": maps,
        "weights": weights,
        "probes": probes,
        "attacks": attacks,
        "points": points,
    }


def test_every_stage_holds_what_it_declares(stages):
    declared = {
        "problems": PROBLEMS,
        "training": TRAINING,
        "probes": PROBES,
        "attacks": ATTACKS,
        "points": POINTS,
    }
    for name, schema in declared.items():
        schema.frame.validate(stages[name])


def test_every_run_that_is_drawn_is_trained_in_order(stages):
    assert stages["training"]["run"].tolist() == list(range(6))


def test_a_run_can_be_recomputed_from_its_row_alone_by_plain_pytorch(stages):
    row = stages["problems"].iloc[2]
    A = draw_matrix(row.d, row.column_scale, row.seed)
    points = hypercube_points(A, sample=None, seed=row.seed)
    module = plain_affine_module(initial_affine_network(row.d, 64, row.seed))
    order = shuffled_order(len(points.x), 30, row.seed)
    optimizer_lr = __import__("fcflow.training.schedule", fromlist=["Adam"]).Adam(3e-3)
    train_plainly(module, points.x, points.sign, order, batch_size=8, adam=optimizer_lr)
    with torch.no_grad():
        gap = -torch.diff(module(torch.from_numpy(points.x).float()))[:, 0].numpy()
    accuracy = np.mean(points.sign * gap > 0)
    assert stages["training"].iloc[2]["train_accuracy"] == pytest.approx(accuracy, abs=1 / 32)
    W = module[1].weight.detach().numpy() @ module[0].weight.detach().numpy()
    np.testing.assert_allclose(stages["maps"]["W"][2], W, rtol=0.02, atol=0.02 * np.abs(W).max())


def test_stored_weights_give_the_stored_maps(stages):
    for i in range(6):
        network = AffineNetwork(**{name: array[i] for name, array in stages["weights"].items()})
        np.testing.assert_array_equal(network.affine_map()[0], stages["maps"]["W"][i])


def test_probes_are_the_cosines_of_the_definition(stages):
    W, A = stages["maps"]["W"], stages["matrices"]["A"]
    for i, row in stages["probes"].iterrows():
        probe, a, inverse = W[i, 0] - W[i, 1], A[i][:, -1], np.linalg.inv(A[i])[-1]
        assert row["cos_theta1"] == pytest.approx(
            probe @ a / np.linalg.norm(probe) / np.linalg.norm(a)
        )
        assert row["cos_theta2"] == pytest.approx(
            W[i, 0] @ inverse / np.linalg.norm(W[i, 0]) / np.linalg.norm(inverse), rel=1e-6
        )


def test_the_mean_least_perturbation_of_a_valid_enumerated_run_is_its_compression(stages):
    # The corners' signed gaps average to ⟨W1 - W2, a⟩, so the mean of ‖e‖/‖a‖ is |cos θ1| exactly.
    rows = stages["attacks"].merge(stages["probes"]).merge(stages["training"])
    valid = rows[rows["valid"]]
    assert len(valid) >= 2
    np.testing.assert_allclose(valid["minimal_ratio_mean"], valid["cos_theta1"].abs(), rtol=1e-9)
    assert (rows["n_correct"] == (rows["train_accuracy"] * 32).round()).all()


def test_every_attacked_point_that_was_correct_is_flipped(stages):
    points = stages["points"]
    assert len(points) == 6 * 12
    assert points["success"].all()
    assert (points[~points["correct"]]["minimal_norm"] == 0).all()
    assert points[~points["correct"]]["robustness_ratio"].isna().all()
    np.testing.assert_allclose(points["optimal_ratio"].max(), 1.0)


def test_no_classifier_is_more_robust_than_the_optimal_one_at_its_weakest_point(stages):
    # The boundary passes between any two points of different classes that are both classified
    # correctly.
    points = stages["points"]
    valid = set(stages["training"].query("valid")["run"])
    chosen = points[points["run"].isin(valid)]
    assert (chosen.groupby("run")["robustness_ratio"].min() <= 1 + 1e-9).all()


def attack(stages, **options):
    inputs = ([stages[name]] for name in ("problems", "matrices", "training", "maps"))
    return attack_networks(*inputs, **options)


def test_an_optimal_search_that_is_given_up_is_counted_and_left_out(stages):
    attacks, points = attack(stages, optimal_points=12, optimal_max_nodes=1)
    assert (attacks["n_optimal_proved"] == 0).all()
    assert attacks["optimal_ratio_min"].isna().all()
    assert not points["optimal_proved"].any()


def test_the_optimal_classifier_can_be_left_out(stages):
    attacks, points = attack(stages, optimal_points=0, optimal_max_nodes=1)
    assert len(points) == 0
    POINTS.frame.validate(points)
    ATTACKS.frame.validate(attacks)


def test_drawing_stops_when_enough_runs_are_valid(stages):
    training, maps, _ = train_networks(
        stages["problems"], stages["matrices"], **{**OPTIONS, "valid_runs": 1}
    )
    assert training["valid"].sum() == 1
    assert training["valid"].iloc[-1]
    assert len(maps["W"]) == len(training) < 6


def first(stages):
    """Return what the first run is trained from."""
    return stages["problems"][:1], {"A": stages["matrices"]["A"][:1]}


def test_weights_are_kept_only_where_asked_for(stages):
    _, _, weights = train_networks(*first(stages), **{**OPTIONS, "keep_weights": False})
    assert {name: len(array) for name, array in weights.items()} == {
        "H1": 0,
        "delta1": 0,
        "H2": 0,
        "delta2": 0,
    }


def test_training_many_at_once_as_on_a_gpu_gives_the_same_runs(stages, monkeypatch):
    monkeypatch.setattr("fcflow.experiments.linear.train._RUNS_AT_ONCE", 4)
    batched, maps, _ = train_networks(
        stages["problems"], stages["matrices"], **OPTIONS, device=torch.device("cpu")
    )
    assert batched["run"].tolist() == stages["training"]["run"].tolist()
    np.testing.assert_allclose(maps["W"], stages["maps"]["W"], rtol=0.02, atol=0.02)


def test_sampled_runs_say_so():
    problems, matrices = generate(d=7, runs=1, sample=40)
    training, _, _ = train_networks(problems, matrices, **OPTIONS)
    assert problems["n_points"].tolist() == [40]
    assert not problems["enumerated"].any()
    assert 0 < training["train_accuracy"].iloc[0] <= 1


def test_runs_of_one_number_share_matrices_over_scales():
    _, plain = generate_hypercubes(
        seed=1, experiment="linear", study="s", d=4, column_scale=1.0, runs=2, sample=None
    )
    _, scaled = generate_hypercubes(
        seed=1, experiment="linear", study="s", d=4, column_scale=5.0, runs=2, sample=None
    )
    np.testing.assert_allclose(scaled["A"][:, :, :-1], 5 * plain["A"][:, :, :-1])


def test_a_run_whose_weights_overflow_is_told_with_its_seed(stages):
    with pytest.raises(FcflowError, match=r"run 0 \(seed \d+\) diverged; lower learning_rate"):
        train_networks(*first(stages), **{**OPTIONS, "learning_rate": 1e30})


def test_aggregation_has_one_row_a_trained_run_and_every_column(stages):
    rows = aggregate_runs(
        [stages["problems"]] * 2, [stages["training"]], [stages["probes"]], [stages["attacks"]]
    )
    EXPERIMENTS.frame.validate(rows)
    assert rows["run"].tolist() == list(range(6))
    pd.testing.assert_series_equal(rows["phi"], stages["problems"]["phi"])
