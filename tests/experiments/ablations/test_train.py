"""A study's networks are those that their rows' seeds say."""

import numpy as np
import pytest
import torch
from tests.experiments.ablations.made_up import TRAINING, trained_study

from fcflow.data.entries import draw_mixing_matrix
from fcflow.seeds import Stream, generator, run_seed


def test_a_network_is_plain_pytorchs_from_the_seed_in_its_row():
    rows, weights = trained_study(sweep={"entries": ["sign", "laplace"]}, steps=8)
    row = rows[(rows["entries"] == "laplace") & (rows["run"] == 2)].iloc[0]
    assert row["seed"] == run_seed(1, "ablations", "mine", 3, 2)

    A = draw_mixing_matrix(3, 2.0, row["seed"], "laplace").A
    assert row["phi"] == pytest.approx(
        1 / np.linalg.norm(np.linalg.inv(A)[-1]) / row["feature_norm"]
    )
    draw = generator(row["seed"], Stream.WEIGHTS)
    layers = [
        torch.nn.Linear(3, 8, dtype=torch.float64),
        torch.nn.Linear(8, 2, dtype=torch.float64),
    ]
    for layer in layers:
        for parameter in (layer.weight, layer.bias):
            k = layer.in_features**-0.5
            parameter.data = torch.tensor(draw.uniform(-k, k, tuple(parameter.shape)))
    model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1])
    update = torch.optim.Adam(model.parameters())
    # Points are drawn for 64 steps at a time.
    z = 2.0 * generator(row["seed"], Stream.POINTS).integers(0, 2, (64 * 16, 3)) - 1.0
    for step, batch in enumerate(z.reshape(64, 16, 3)[:8]):
        update.param_groups[0]["lr"] = TRAINING["learning_rate"] * (1 - step / 8)
        update.zero_grad()
        y = torch.tensor(batch[:, -1] < 0).long()
        torch.nn.functional.cross_entropy(model(torch.tensor(batch @ A.T)), y).backward()
        update.step()
    found = {name: array[row["place"]] for name, array in weights.items()}
    names = {"W0": layers[0].weight, "b0": layers[0].bias, "W1": layers[1].weight}
    for name, expected in names.items():
        np.testing.assert_allclose(found[f"0-8-{name}"], expected.detach(), rtol=2e-4, atol=2e-5)


def test_every_combination_is_trained_with_the_same_runs():
    sweep = {"hidden": [4, 8], "entries": ["gaussian", "uniform"], "points": ["corners", "mixture"]}
    rows, weights = trained_study(
        sweep=sweep, methods={"plain": [0.0], "penalty": [0.1, 0.2]}, steps=2, checkpoints=[0]
    )
    cells = ["hidden", "entries", "points", "method", "strength", "step"]
    assert (rows.groupby(cells)["run"].agg(list).map(tuple) == (0, 1, 2)).all()
    assert len(rows) == 2 * 2 * 2 * 3 * 2 * 3
    assert rows.groupby("run")["seed"].nunique().eq(1).all()
    assert rows.groupby(["run", "entries"])["phi"].nunique().eq(1).all()
    # 2 widths, of plain networks and of penalised ones, at 2 steps, 4 arrays each.
    assert len(weights) == 2 * 2 * 2 * 4


def test_sizes_of_perturbations_are_shares_of_the_features_length(monkeypatch):
    seen = []

    def spy(group, batches, *, strengths, **options):
        seen.append(strengths)
        return iter([2])

    monkeypatch.setattr("fcflow.experiments.ablations.train.train_dense_group", spy)
    for method in ("weight_decay", "adversarial"):
        rows, _ = trained_study(methods={method: [0.5]}, steps=2)
    np.testing.assert_allclose(seen[0], 0.5)
    np.testing.assert_allclose(seen[1], 0.5 * rows["feature_norm"])


def test_a_network_that_diverges_is_told_and_its_weights_are_zeros():
    rows, weights = trained_study(learning_rate=1e30, sweep={"optimisers": ["sgd"]}, steps=30)
    assert not rows["finite"].any()
    assert all(np.isfinite(array).all() for array in weights.values())


def test_studies_draw_matrices_of_their_own():
    first, second = (trained_study(study, steps=1)[0] for study in ("mine", "yours"))
    assert not set(first["phi"]) & set(second["phi"])
