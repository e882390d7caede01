"""Each simulation on a few draws, against routes of their own."""

import numpy as np
import pandas as pd
import pytest

from fcflow.data.hypercube import all_corners, draw_matrix
from fcflow.experiments.theory.draws import gaussian_matrix
from fcflow.experiments.theory.figure1.columns import ARRAYS, EXAMPLE
from fcflow.experiments.theory.figure1.example import train_example
from fcflow.experiments.theory.lemma2.columns import VALUES
from fcflow.experiments.theory.lemma2.evaluation import evaluate_lemma2
from fcflow.experiments.theory.lemma3.columns import TESTS
from fcflow.experiments.theory.lemma3.simulation import simulate_lemma3
from fcflow.experiments.theory.section5.columns import LINEAR_PATHS
from fcflow.experiments.theory.section5.linear_paths import check_linear_paths
from fcflow.experiments.theory.theorem1 import columns as theorem1
from fcflow.experiments.theory.theorem1.simulation import simulate_theorem1
from fcflow.experiments.theory.theorem4 import columns as theorem4
from fcflow.experiments.theory.theorem4.simulation import simulate_theorem4
from fcflow.experiments.theory.theorem5 import columns as theorem5
from fcflow.experiments.theory.theorem5.simulation import simulate_theorem5
from fcflow.experiments.theory.theorem6 import columns as theorem6
from fcflow.experiments.theory.theorem6.simulation import simulate_theorem6
from fcflow.experiments.theory.theorem7 import columns as theorem7
from fcflow.experiments.theory.theorem7.first_order import check_first_order
from fcflow.experiments.theory.theorem7.simulation import simulate_theorem7
from fcflow.networks.relu import initial_relu_network
from fcflow.seeds import Stream, generator
from fcflow.theory.closest_vector import closest_points


def test_theorem1_is_one_plain_qr_decomposition_at_a_time():
    rows = simulate_theorem1(seed=3, dims=[2, 9], draws=[4, 3])
    theorem1.DRAWS.frame.validate(rows)
    for row in rows.to_dict("records"):
        X = gaussian_matrix(row["d"], generator(row["seed"], Stream.MATRIX))
        R = np.linalg.qr(X).R
        R = R * np.sign(np.diag(R))[:, None]
        assert row["norm"] == pytest.approx(np.hypot(R[-2, -2] - R[-2, -1], R[-1, -1]))
        assert (row["r_before"], row["r_off"], row["r_last"]) == pytest.approx(
            (R[-2, -2], R[-2, -1], R[-1, -1])
        )
        pairs = [np.linalg.norm(X[:, i] - X[:, j]) for i in range(row["d"]) for j in range(i)]
        assert row["nearest_distance"] == pytest.approx(min(pairs))
        assert row["flipped"]


def test_lemma2_has_a_row_for_each_dimension_and_alpha():
    rows = evaluate_lemma2(dims=[1, 10], alphas=[0.1, 0.9])
    VALUES.frame.validate(rows)
    assert (rows["log_tail"] < rows["log_bound"]).all()
    assert rows[["d", "alpha"]].to_numpy().tolist() == [[1, 0.1], [1, 0.9], [10, 0.1], [10, 0.9]]


def test_lemma3_passes_its_law_and_rejects_a_wrong_degree_of_freedom():
    rows = simulate_lemma3(
        seed=1, widths=[[2, 2], [3, 5, 7]], draws=4000, error_rate=0.01, wrong_degrees=1
    )
    TESTS.frame.validate(rows)
    rejected = rows.groupby(["wrong_degrees", "widths"])["rejected"].sum()
    assert rejected[0].sum() == 0
    assert (rejected[1] > 0).all()
    assert len(rows) == 2 * ((3 + 2) + (6 + 3))


def test_theorem4_draws_whole_networks_and_the_law():
    rows = simulate_theorem4(
        seed=1, dims=[2, 6], draws=[3, 3], layers=[1, 2], widenings=[1.0, 1.5], law_draws=50
    )
    theorem4.DRAWS.frame.validate(rows)
    whole = rows[rows["whole"]]
    assert whole["flipped"].all()
    assert (whole["flip_error"] < 1e-5).all()
    assert rows.groupby("whole").size().to_dict() == {False: 2 * 4 * 50, True: 2 * 4 * 3}


def test_theorem5_attacks_the_answer_towards_the_runner_up():
    rows = simulate_theorem5(seed=1, dims=[2, 8], draws=[5, 5], layers=2, widening=1.5, classes=4)
    theorem5.DRAWS.frame.validate(rows)
    assert (rows["gap"] > 0).all()
    np.testing.assert_allclose(rows["norm"], rows["bound"])
    assert (rows["norm"] <= rows["projection_norm"] * (1 + 1e-12)).all()
    assert rows["flipped"].all()


def test_theorem6_decodes_what_all_pairs_of_points_say():
    options = {
        "column_scales": [1.0, 5.0],
        "points": 1000,
        "max_decoded_dim": 5,
        "max_nodes": 10**6,
    }
    rows = simulate_theorem6(seed=1, dims=[3, 5, 9], draws=[2, 2, 2], **options)
    theorem6.DRAWS.frame.validate(rows)
    assert (rows["flipped"] == rows["points"]).all()
    for row in rows[rows["d"] <= 5].to_dict("records"):
        A = draw_matrix(row["d"], row["column_scale"], row["seed"])
        nearest = closest_points(A, all_corners(row["d"])).half_distance.min()
        assert row["class_distance"] == pytest.approx(2 * nearest)
    beyond = rows[rows["d"] == 9]
    assert beyond["class_distance"].isna().all()
    assert not beyond["decoded"].any()
    assert beyond["column_scale"].tolist() == [1.0, 1.0]


def test_theorem6_leaves_out_distances_that_are_not_proved():
    options = {"column_scales": [1.0], "points": 4, "max_decoded_dim": 20, "max_nodes": 3}
    rows = simulate_theorem6(seed=1, dims=[12, 20], draws=[1, 1], **options)
    assert not rows["decoded"].any()
    assert rows["class_distance"].isna().all()


def test_theorem7_projects_onto_two_gradients():
    rows = simulate_theorem7(seed=1, dims=[2, 7], draws=[3, 3])
    theorem7.DRAWS.frame.validate(rows)
    assert rows.loc[rows["d"] == 2, "ratio"].to_numpy() == pytest.approx(1.0)
    row = rows[rows["d"] == 7].to_dict("records")[0]
    g1, g2, v = generator(row["seed"], Stream.MATRIX).standard_normal((3, 7))
    Q = np.linalg.qr(np.stack([g1, g2], axis=1)).Q
    assert row["projected_energy"] == pytest.approx(((Q.T @ v) ** 2).sum())


def test_first_order_residuals_vanish_on_relu_networks():
    networks = [initial_relu_network(5, 30, 2, seed) for seed in range(2)]
    weights = {
        name: np.stack([n.arrays()[name] for n in networks]) for name in networks[0].arrays()
    }
    training = pd.DataFrame(
        {"study": "here", "run": [1, 0], "seed": [8, 9], "depth": 2, "valid": True}
    )
    A = np.stack([draw_matrix(5, 1.0, seed) for seed in range(2)])
    rows = check_first_order([training], [{"A": A}], [weights], alphas=[0.5], epsilons=[1.0, 1e-6])
    theorem7.FIRST_ORDER.frame.validate(rows)
    assert (rows.loc[rows["epsilon"] == 1e-6, "residual"] < 1e-6).all()
    assert (rows.loc[rows["epsilon"] == 1.0, "residual"] > 1e-3).any()
    assert (rows["size_ratio"] < 1).all()


def test_linear_paths_agree_to_rounding_and_a_wrong_map_does_not():
    draw = np.random.default_rng(0)
    A, W, b = (
        draw.standard_normal((3, 6, 6)),
        draw.standard_normal((2, 2, 6)),
        draw.standard_normal((2, 2)),
    )
    training = pd.DataFrame(
        {"study": "s", "d": 6, "run": [0, 2], "seed": [5, 6], "hidden": 4, "batch_size": 8}
    )
    rows = check_linear_paths([training], [{"A": A}], [{"W": W, "b": b}])
    LINEAR_PATHS.frame.validate(rows)
    assert rows["converged"].all()
    change = rows["gap_x1"] - rows["gap_x2"]
    expected = [2 * (w[0] - w[1]) @ A[run][:, -1] for w, run in zip(W, (0, 2), strict=True)]
    np.testing.assert_allclose(change, expected)
    np.testing.assert_allclose(rows["integral"], expected)


def test_the_example_compresses_its_feature_and_is_learnt():
    rows, arrays = train_example(
        seed=1, max_phi=0.5, column_scale=2.0, hidden=20, epochs=1500, learning_rate=1e-2
    )
    value = rows.set_index("quantity")["value"]
    assert value["phi"] <= 0.5
    EXAMPLE.frame.validate(rows)
    assert set(arrays) == set(ARRAYS.names)
    x = arrays["A"] @ [1.0, 1.0]
    w, bias = arrays["W"][0] - arrays["W"][1], arrays["b"][0] - arrays["b"][1]
    assert value["network_norm"] == pytest.approx((w @ x + bias) / np.linalg.norm(w))
    assert value["optimal_norm"] == pytest.approx(np.linalg.norm(arrays["A"][:, 1]))
