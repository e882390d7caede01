"""The stages of the MNIST experiment on a small network, checked against routes of their own."""

import numpy as np
import pytest
import torch

from fcflow.experiments.mnist.aggregate import aggregate_networks, aggregate_pairs
from fcflow.experiments.mnist.attack import attack_pairs
from fcflow.experiments.mnist.block import Mask, block_sevens, corner_masks, first_mask
from fcflow.experiments.mnist.prepare import prepare_digits
from fcflow.experiments.mnist.probe import probe_pairs
from fcflow.experiments.mnist.schemas import (
    ATTACKED,
    ATTACKS,
    CURVES,
    EXPERIMENTS,
    IMAGES,
    MASKS,
    NETWORKS,
    PATHS,
    TRAINING,
    norm_name,
)
from fcflow.experiments.mnist.train import as_images, is_at_chance, train_network
from fcflow.networks.mnist_cnn import initial_mnist_cnn, network_from_arrays

NORMALISED = {"mean": 0.1307, "std": 0.3081}
TRAINED = {
    "channels": [4, 8],
    "hidden": 16,
    "dropout": [0.1, 0.2],
    "batch_size": 32,
    "epochs": 3,
    "learning_rate": 1.0,
    "learning_rate_decay": 0.7,
    "rho": 0.9,
    "epsilon": 1e-6,
    "seed": 0,
    **NORMALISED,
}
ATTACK = {
    "descent_share": 0.1,
    "descent_steps": 60,
    "ddn_steps": 20,
    "minimal_steps": 6,
    "minimal_restarts": 0,
}


@pytest.fixture(scope="module")
def stages():
    images, pixels = prepare_digits(source="mnist5k", train_images=500, test_images=400, seed=0)
    training, weights = train_network(images, pixels, network=0, **TRAINED)
    network = network_from_arrays(weights, **NORMALISED)
    masks, pairs = block_sevens(images, pixels, network, number=0, mask_height=0.7)
    assert 2 <= len(pairs["image"]) < 40, (
        "the settings of this test must leave some pairs, and some sevens without"
    )
    pairs = {name: array[:4] for name, array in pairs.items()}
    curves, paths = probe_pairs(
        pairs, network, number=0, gammas=5, tolerance=1e-2, max_gradients=501
    )
    attacks, perturbations = attack_pairs(pairs, network, number=0, **ATTACK)
    masks.loc[masks["found"] & ~masks["image"].isin(pairs["image"]), "found"] = False
    return {
        "images": images,
        "pixels": pixels,
        "training": training,
        "weights": weights,
        "network": network,
        "masks": masks,
        "pairs": pairs,
        "curves": curves,
        "paths": paths,
        "attacks": attacks,
        "perturbations": perturbations,
    }


def test_every_stage_holds_what_it_declares(stages):
    for name, schema in (
        ("images", IMAGES),
        ("training", TRAINING),
        ("masks", MASKS),
        ("curves", CURVES),
        ("paths", PATHS),
        ("attacks", ATTACKS),
    ):
        schema.frame.validate(stages[name])


def test_training_again_gives_the_same_bytes_and_another_number_another_network(stages):
    options = TRAINED | {"epochs": 1}
    first, again, other = (
        train_network(stages["images"], stages["pixels"], network=number, **options)[1]
        for number in (0, 0, 1)
    )
    assert all(first[name].tobytes() == again[name].tobytes() for name in first)
    assert all(first[name].tobytes() != other[name].tobytes() for name in first)


def test_masks_are_those_that_brute_force_finds(stages):
    network, images, pixels = stages["network"], stages["images"], stages["pixels"]
    places = {image: row for row, image in enumerate(images["image"])}
    for seven in stages["masks"].head(12).to_dict("records"):
        image = pixels[places[seven["image"]]]
        answers = network(as_images(image[None])).argmax(dim=1)
        assert int(answers) == seven["predicted"]
        rows, columns = np.nonzero(image)
        height = round(0.7 * (rows.max() + 1 - rows.min()))
        least = np.inf
        for bottom in range(rows.min() + 1, rows.min() + height + 1):
            for right in range(columns.min() + 1, columns.max() + 2):
                blocked = image.copy()
                blocked[:bottom, :right] = 0
                change = np.linalg.norm((image.astype(float) - blocked) / 255)
                if 0 < change < least and int(network(as_images(blocked[None])).argmax()) == 1:
                    least = change
        if seven["predicted"] == 7 and seven["image"] in stages["pairs"]["image"]:
            assert seven["distance"] == pytest.approx(least)
        elif seven["predicted"] == 7 and np.isnan(seven["distance"]):
            assert least == np.inf


def test_masks_come_smallest_change_first_and_each_changes_something_else():
    image = np.zeros((28, 28), np.uint8)
    image[5, 8:12] = [0, 10, 0, 200]
    image[6:9, 8] = 50
    masks = corner_masks(image, 1.0)
    changed = [mask.apply(image) for mask in masks]
    change = [np.linalg.norm(image.astype(float) - after) for after in changed]
    assert change == sorted(change)
    assert change[0] == 10
    assert len({after.tobytes() for after in changed}) == len(masks)
    assert (masks[0].top, masks[0].left) == (5, 8)
    assert max(mask.rows for mask in corner_masks(image, 0.5)) == 2
    assert corner_masks(np.zeros((28, 28), np.uint8), 1.0) == []


def test_a_search_without_success_tries_every_mask():
    class Never(torch.nn.Module):
        def forward(self, x):
            """Answer 7."""
            return torch.eye(10)[[7] * len(x)]

    masks = [Mask(0, 0, 1, columns) for columns in range(1, 28)]
    assert first_mask(Never(), np.full((28, 28), 255, np.uint8), masks) == (None, 27)


def test_blocked_images_are_answered_with_one_and_differ_by_the_distance_told(stages):
    pairs = stages["pairs"]
    assert (stages["network"](as_images(pairs["x1"])).argmax(dim=1) == 7).all()
    assert (stages["network"](as_images(pairs["x2"])).argmax(dim=1) == 1).all()
    told = stages["masks"].set_index("image")["distance"]
    change = np.linalg.norm(
        (pairs["x1"].astype(float) - pairs["x2"]).reshape(len(pairs["x1"]), -1) / 255, axis=1
    )
    np.testing.assert_allclose(told.loc[pairs["image"]], change)


def test_the_path_integral_is_the_change_of_the_gap(stages):
    paths, network = stages["paths"], stages["network"]
    assert paths["converged"].all()
    assert (paths["relative_error"] <= 0.01).all()
    for name, column in (("x1", "gap_x1"), ("x2", "gap_x2")):
        logits = network(as_images(stages["pairs"][name]))
        np.testing.assert_allclose(paths[column], logits[:, 7] - logits[:, 1], rtol=1e-4, atol=1e-5)
    assert (paths["gap_x1"] > 0).all()
    assert (paths["gap_x2"] < 0).all()


def test_the_compression_is_that_of_a_finite_difference(stages):
    exact = network_from_arrays(stages["weights"], **NORMALISED).double()
    x1, x2 = (as_images(stages["pairs"][name]).double() for name in ("x1", "x2"))
    v = (x1 - x2) / (x1 - x2).flatten(1).norm(dim=1)[:, None, None, None]

    def gap(x):
        logits = exact(x)
        return logits[:, 7] - logits[:, 1]

    slope = (gap(x1 + 1e-6 * v) - gap(x1 - 1e-6 * v)) / 2e-6
    np.testing.assert_allclose(
        stages["paths"]["cos_theta"] * stages["paths"]["gradient_norm"], slope, rtol=1e-3
    )


def test_attacks_have_a_row_for_each_way_and_pair_and_tell_what_the_network_answers(stages):
    attacks = stages["attacks"]
    assert len(attacks) == len(ATTACKED) * len(stages["pairs"]["image"])
    flipped = attacks[attacks["success"]]
    assert len(flipped) > len(attacks) / 2
    assert (flipped.loc[flipped["criterion"] == "pair", "gap"] < 0).all()
    assert (flipped.loc[flipped["criterion"] == "target", "predicted"] == 1).all()
    assert (flipped.loc[flipped["criterion"] == "argmax", "predicted"] != 7).all()
    assert attacks.loc[~attacks["success"], "norm"].isna().all()


def test_stored_perturbations_flip_stay_in_the_box_and_are_the_shortest(stages):
    found, network = stages["perturbations"], stages["network"]
    places = {image: row for row, image in enumerate(stages["pairs"]["image"])}
    x = as_images(stages["pairs"]["x1"][[places[image] for image in found["image"]]])
    at = x + torch.from_numpy(found["delta"])[:, None]
    assert float(at.min()) >= 0.0
    assert float(at.max()) <= 1.0
    logits = network(at)
    assert bool((logits[:, 1] > logits[:, 7]).all())
    boxed = stages["attacks"].query("boxed and success and pair_flipped")
    norms = np.linalg.norm(found["delta"].reshape(len(x), -1), axis=1)
    np.testing.assert_allclose(
        norms, boxed.groupby("image")["norm"].min().loc[found["image"]], rtol=1e-5
    )


def test_aggregation_has_one_row_a_pair_and_one_a_network(stages):
    rows = aggregate_pairs([stages["masks"]], stages["paths"], [stages["attacks"]], shown_pairs=3)
    EXPERIMENTS.frame.validate(rows)
    count = len(stages["pairs"]["image"])
    assert rows["place"].tolist() == [place if place <= 3 else 0 for place in range(1, count + 1)]
    free = [norm_name(*kind) for kind in ATTACKED if kind[1] == "pair"]
    np.testing.assert_allclose(rows["least"], rows[free].min(axis=1))
    assert (rows["least"] <= rows["least_boxed"]).all()
    networks = aggregate_networks([stages["training"]], [stages["masks"]])
    NETWORKS.frame.validate(networks)
    assert networks["pairs"].tolist() == [count]
    assert networks["test_accuracy"].tolist() == [stages["training"]["test_accuracy"].iloc[-1]]


def test_a_network_without_pairs_gives_empty_tables_that_hold_what_they_declare(stages):
    untrained = initial_mnist_cnn((2, 2), 4, **NORMALISED, seed=0).requires_grad_(False).eval()
    masks, pairs = block_sevens(
        stages["images"], stages["pixels"], untrained, number=0, mask_height=0.5
    )
    assert len(pairs["image"]) == 0
    curves, paths = probe_pairs(
        pairs, untrained, number=0, gammas=5, tolerance=1e-2, max_gradients=501
    )
    attacks, perturbations = attack_pairs(pairs, untrained, number=0, **ATTACK)
    for rows, schema in ((masks, MASKS), (curves, CURVES), (paths, PATHS), (attacks, ATTACKS)):
        schema.frame.validate(rows)
    assert perturbations["delta"].shape == (0, 28, 28)
    EXPERIMENTS.frame.validate(aggregate_pairs([masks], paths, [attacks], shown_pairs=5))


def test_chance_is_told_by_how_surprising_the_correct_answers_are():
    labels = np.arange(1000) % 10
    assert is_at_chance(100, labels)
    assert is_at_chance(115, labels)
    assert not is_at_chance(130, labels)
    assert is_at_chance(5, np.zeros(5, dtype=np.int64))


def test_a_network_at_chance_says_so(stages, capsys):
    options = TRAINED | {"epochs": 1, "learning_rate": 1e-9}
    rows, _ = train_network(stages["images"], stages["pixels"], network=3, **options)
    assert rows["at_chance"].all()
    assert "ACCURACY AT CHANCE: network 3" in capsys.readouterr().out
