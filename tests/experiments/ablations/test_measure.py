"""What is measured on networks of studies is what other routes say."""

from itertools import product

import numpy as np
import pytest
import torch
from tests.experiments.ablations.made_up import (
    MEASURING,
    SWEEP,
    TRAINING,
    all_studies,
    measured_study,
    trained_study,
)

from fcflow.experiments.ablations.columns import ATTACKS, FACTORS
from fcflow.experiments.ablations.measure import measure_study, product_of_factors
from fcflow.experiments.ablations.train import matrices_of
from fcflow.networks.dense_group import dense_group
from fcflow.networks.dense_shape import DenseShape


def opened(rows, weights, step):
    """Return the group of networks of a study's one shape, in float64."""
    first = rows.iloc[0]
    shape = DenseShape(*(first[name] for name in ("d", "depth", "hidden", "activation")))
    arrays = {
        name.rpartition("-")[2]: array
        for name, array in weights.items()
        if name.startswith(f"0-{step}-")
    }
    return dense_group(shape, arrays, dtype=torch.float64)


@pytest.fixture(scope="module")
def studies():
    return all_studies()


def test_the_four_factors_multiply_to_the_ratio_for_points_and_networks(studies):
    for rows in studies:
        own = rows.dropna(subset=[*FACTORS, "ratio"])
        assert len(own) > 0.8 * len(rows)
        np.testing.assert_allclose(np.abs(product_of_factors(own)), own["ratio"], rtol=1e-9)


def test_means_of_networks_are_those_of_their_points():
    networks, points = measured_study(runs=4, steps=1, checkpoints=[0], sweep={"dims": [6]})
    keys = ["run", "step"]
    checked = points.dropna(subset=[*FACTORS, "ratio"])
    checked = checked.assign(negative=checked[list(FACTORS)].min(axis=1) < 0)
    own = networks.set_index(keys)
    for key, part in checked.groupby(keys):
        row = own.loc[key]
        mean = np.prod(part["cos_theta"]) ** (1 / len(part))
        assert row["cos_theta_geometric"] == pytest.approx(mean)
        assert row["cos_theta_geometric"] <= row["cos_theta"] * (1 + 1e-9)
        assert row["negative"] == part["negative"].sum()
    assert networks["negative"].sum() > 0


def test_compression_on_the_path_to_the_point_of_the_other_label_is_towards_the_feature(studies):
    # v = 2a z_d, so that half the path is ‖a‖ and its direction the feature's.
    networks, points = studies
    keys = ["study", "entries", "points", "activation", "depth", "hidden", "method", "strength"]
    keys += ["run", "step"]
    own = points.merge(networks[[*keys, "feature_norm"]], on=keys, validate="many_to_one")
    np.testing.assert_allclose(own["ratio"], own["norm"] / own["feature_norm"], rtol=1e-6)


def test_accuracy_loss_and_mean_gradient_are_those_of_all_corners():
    training, weights = trained_study()
    networks, _ = measure_study(training, weights, **MEASURING)
    group = opened(training, weights, TRAINING["steps"])
    z = np.array(list(product([-1.0, 1.0], repeat=3)))
    for i, A in enumerate(matrices_of(training)):
        x = torch.tensor(z @ A.T, requires_grad=True)
        y = torch.tensor(z[:, -1] < 0).long()
        logits = group.module(i)(x)
        each = torch.nn.functional.cross_entropy(logits, y, reduction="none")
        (gradient,) = torch.autograd.grad(each.sum(), x)
        row = networks.iloc[i]
        assert row["accuracy"] == float((logits.argmax(1) == y).double().mean())
        assert row["loss"] == pytest.approx(each.mean().item(), rel=1e-4)
        assert row["mean_gradient"] == pytest.approx(float(gradient.norm(dim=1).mean()), rel=1e-4)


def test_a_linear_network_has_the_affine_theorys_numbers():
    training, weights = trained_study(sweep={"activations": ["linear"], "depths": [2]}, steps=200)
    _, points = measure_study(training, weights, **MEASURING)
    group = opened(training, weights, 200)
    for i, A in enumerate(matrices_of(training)):
        model = group.module(i)
        logits = model(torch.cat([torch.zeros(1, 3), torch.eye(3)]).double())
        gap = (logits[:, 0] - logits[:, 1]).numpy()
        w, a = gap[1:] - gap[0], A[:, -1]
        cosine = abs(w @ a) / np.linalg.norm(w) / np.linalg.norm(a)
        own = points[points["run"] == i]
        np.testing.assert_allclose(own["cos_theta"], cosine, rtol=1e-4)
        np.testing.assert_allclose(own["rho"], cosine, rtol=1e-4)
        np.testing.assert_allclose(own["norm"], own["gap"].abs() / np.linalg.norm(w), rtol=1e-4)
        np.testing.assert_allclose(own["certified"], own["norm"], rtol=1e-4)
        np.testing.assert_allclose(own["evenness"], 1, rtol=1e-4)
        np.testing.assert_allclose(own["curvature"], 1, rtol=1e-4)


def test_the_least_perturbation_is_that_of_a_search_through_all_directions():
    training, weights = trained_study(sweep={"dims": [2], "hidden": [6]}, steps=120)
    _, points = measure_study(training, weights, **MEASURING)
    group = opened(training, weights, 120)
    angles = np.linspace(0, 2 * np.pi, 721)
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    checked = 0
    for (run, _), own in points.groupby(["run", "point"]):
        row = own.iloc[0]
        model, x = group.module(int(run)), _probe(training, weights, int(run), row)
        lengths = np.linspace(0.01, 1.0, 100) * row["norm"]
        ring = torch.tensor(x + lengths[:, None, None] * around)
        inside = model(ring.flatten(0, 1))
        answer = int(model(torch.tensor(x)[None]).argmax())
        flips = (inside.argmax(1) != answer).reshape(len(lengths), -1)
        # Nothing flips within 0.99 of the length found; at it, in some direction, something does.
        assert not flips[:-1].any()
        beyond = model(torch.tensor(x + 1.001 * row["norm"] * around))
        assert (beyond.argmax(1) != answer).any()
        checked += 1
    assert checked >= 4


def _probe(training, weights, run, row):
    """Return the probed point whose gap a row has, found among all corners."""
    group, A = opened(training, weights, 120), matrices_of(training)[run]
    x = np.array(list(product([-1.0, 1.0], repeat=2))) @ A.T
    logits = group.module(run)(torch.tensor(x))
    gap = (logits[:, 0] - logits[:, 1]).abs().numpy()  # of the point's own class over the other
    place = int(np.argmin(np.abs(gap - row["gap"])))
    assert gap[place] == pytest.approx(row["gap"], rel=1e-3)
    return x[place]


def test_nothing_is_proved_beyond_what_is_found_and_nothing_found_is_longer_than_the_least(studies):
    _, points = studies
    known = points.dropna(subset=["certified", "norm"])
    assert len(known) > 50
    assert (known["certified"] <= known["norm"] * (1 + 1e-9)).all()
    assert (points["norm"] == points[[*ATTACKS]].min(axis=1)).sum() == points["norm"].notna().sum()
    assert points.loc[points["activation"].isin(["gelu", "tanh"]), "certified"].isna().all()


def test_points_and_networks_do_not_depend_on_those_measured_beside_them():
    together, apart = (measured_study(measuring={"networks_at_once": n})[0] for n in (8, 1))
    for name in ("accuracy", "cos_theta", "norm", "certified"):
        np.testing.assert_allclose(together[name], apart[name], rtol=1e-5)


def test_what_has_not_learned_is_said(studies):
    networks, _ = studies
    assert (networks["learned"] == (networks["accuracy"] >= 0.95)).all()
    assert 0 < networks["learned"].sum() < len(networks)
    nothing, points = measured_study(learning_rate=1e30, sweep={"optimisers": ["sgd"]}, steps=30)
    assert not nothing["learned"].any()
    assert (nothing["probed"] == 0).all()
    assert len(points) == 0


def test_what_the_optimal_classifier_tolerates_is_known_of_corners_alone(studies):
    _, points = studies
    corners = points["points"] == "corners"
    assert points.loc[corners, "half_distance"].notna().all()
    assert points.loc[~corners, "half_distance"].isna().all()
    assert SWEEP["points"] == ["corners"]
