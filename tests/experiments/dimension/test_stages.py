"""Networks trained and probed, against brute force and what was stored."""

import numpy as np
import pytest

from fcflow.data.fresh_corners import corner_key, fresh_corners
from fcflow.data.hypercube import all_corners, draw_matrix
from fcflow.experiments.dimension.aggregate import aggregate_runs
from fcflow.experiments.dimension.columns import POINTS, RUNS, TRAINING
from fcflow.experiments.dimension.probe import probe_networks
from fcflow.experiments.dimension.train import train_networks
from fcflow.networks.relu import ReluNetwork
from fcflow.seeds import Stream

KEYS = {"seed": 5, "column_scale": 5.0, "betas": [0.9, 0.999], "epsilon": 1e-8, "runs": 3}
KEYS |= {"learning_rate": 1e-2, "decay_steps": 32.0, "tolerance": 0.01, "confidence": 0.95}
KEYS |= {"first_check": 32, "steps": 512, "batch_size": 64, "d": 5, "hidden": 60}
PROBED = {"probed_points": 6, "attacked_points": 5, "optimal_max_nodes": 10_000}


def train(activation, depth=1, beyond=1.0, **changed):
    study = f"{activation}{depth}"
    kind = {"study": study, "activation": activation, "depth": depth, "beyond": beyond}
    return train_networks(**KEYS | kind | changed)


@pytest.fixture(scope="module", params=["identity", "relu"])
def trained(request):
    return train(request.param)


def test_the_accuracy_is_that_on_all_corners(trained):
    training, networks = trained
    TRAINING.frame.validate(training)
    z = all_corners(5).astype(np.float64)
    for index, run in enumerate(training.itertuples()):
        A = draw_matrix(5, 5.0, run.seed)
        arrays = {name: array[index] for name, array in networks.items()}
        if "W" in arrays:
            W, b = arrays["W"], arrays["b"]
            gap = z @ A.T @ (W[0] - W[1]) + b[0] - b[1]
        else:
            gap = ReluNetwork.from_arrays(arrays).gap(z @ A.T)
        accuracy = float((z[:, -1] * gap > 0).mean())
        assert run.fresh_accuracy == run.accuracy_bound == accuracy
        assert run.trained == (accuracy == 1.0)
    assert training["trained"].any()


def test_least_perturbations_lie_between_the_bounds_and_beside_the_best_possible(trained):
    runs, points = probe_networks(*trained, **PROBED)
    RUNS.frame.validate(runs)
    POINTS.frame.validate(points)
    assert len(points) == 5 * runs["trained"].sum()
    assert (points["certified_norm"] <= points["minimal_norm"] * (1 + 1e-9)).all()
    assert (points["certified_norm"] > 0.5 * points["minimal_norm"]).all()
    corners = all_corners(5).astype(np.float64)
    for point in points.itertuples():
        A = draw_matrix(5, 5.0, point.seed)
        key = corner_key(point.seed, Stream.ATTACKED_POINTS)
        z = fresh_corners(key, point.point, 1, 5)[0]
        others = corners[corners[:, -1] != z[-1]]
        nearest = np.linalg.norm((z - others) @ A.T, axis=1).min() / 2
        assert point.optimal_norm == pytest.approx(nearest)
        assert point.found_share == pytest.approx(point.minimal_norm / nearest)


def test_a_linear_network_looks_the_same_everywhere_and_its_average_perturbation_is_that_share():
    training, networks = train("identity", beyond=4.0)
    runs, _ = probe_networks(training, networks, **PROBED)
    gaps = networks["W"][:, 0] - networks["W"][:, 1]
    for w, run in zip(gaps, runs.itertuples(), strict=True):
        a = draw_matrix(5, 5.0, run.seed)[:, -1]
        cosine = abs(w @ a) / np.linalg.norm(w) / np.linalg.norm(a)
        assert run.abs_cos_theta == pytest.approx(cosine)
        assert run.margin_cosine >= run.phi - 1e-12
    assert (runs["steps"] > runs["passed_after"]).all()


def test_what_is_not_trained_is_a_row_and_is_not_attacked():
    training, networks = train("identity", d=12, steps=32, tolerance=0.001)
    runs, points = probe_networks(training, networks, **PROBED)
    assert not runs["trained"].any()
    assert (runs["errors"] > 0).all()
    assert (runs["fresh_accuracy"] < 1).all()
    assert (runs["accuracy_bound"] < runs["fresh_accuracy"]).all()
    assert points.empty
    assert runs["found_share"].isna().all()
    both, _ = aggregate_runs([runs, runs], [points, points])
    assert len(both) == 6


def test_deeper_networks_are_trained_too_and_not_certified():
    training, networks = train("relu", depth=2, runs=1, d=3)
    assert networks["W1"].shape == (1, 60, 60)
    runs, points = probe_networks(training, networks, **PROBED)
    assert runs["trained"].all()
    assert points["certified_norm"].isna().all()
    assert points["minimal_norm"].notna().all()


def test_a_run_depends_on_its_seed_alone(trained):
    training, networks = trained
    activation = training["activation"].iloc[0]
    again, others = train(activation, runs=1)
    assert again.iloc[0].equals(training.iloc[0])
    assert all((others[name][0] == networks[name][0]).all() for name in networks)
