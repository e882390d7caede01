"""The stages of the MNIST experiment on a small network, checked against routes of their own."""

import numpy as np
import pandas as pd
import pytest
import torch

from fcflow.experiments.images.aggregate import aggregate_images
from fcflow.experiments.images.attack import attack_pairs
from fcflow.experiments.images.chance import is_at_chance
from fcflow.experiments.images.columns import (
    ANSWERS,
    ATTACKS,
    CLASSES,
    CURVES,
    EXPERIMENTS,
    IMAGES,
    NETWORKS,
    PAIRS,
    PATHS,
)
from fcflow.experiments.images.mnist.columns import TRAINING
from fcflow.experiments.images.mnist.prepare import prepare_digits
from fcflow.experiments.images.mnist.train import train_network
from fcflow.experiments.images.network import as_tensor
from fcflow.experiments.images.pair import pair_images
from fcflow.experiments.images.pairing.blocked import Mask, corner_masks, first_mask
from fcflow.experiments.images.probe import probe_pairs
from fcflow.networks.mnist_cnn import initial_mnist_cnn, network_arrays, network_from_arrays

NORMALISED = {"mean": 0.1307, "std": 0.3081}
CLASSIFIER = {"kind": "mnist_cnn", **NORMALISED}
TRAINED = {
    "classifier": CLASSIFIER,
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
}
SHARE = {"part": 0, "jobs": 1, "classifier": CLASSIFIER, "pairs_at_once": None, "memory_gb": None}
PROBE = {
    "gammas": 5,
    "path_tolerance": 1e-2,
    "max_gradients": 501,
    "measures": ["factors"],
    **SHARE,
}
DESCENT, DDN = {"step_share": 0.1, "steps": 60}, {"steps": 20}
MINIMAL = {"effort": "quick"}
WAYS = [
    {"attack": attack, "criterion": criterion, "box": box, **own}
    for attack, criterion, boxes, own in (
        ("fast_l2", "pair", (False, True), {}),
        ("fast_sign", "pair", (False, True), {}),
        ("fast_sign", "target", (True,), {}),
        ("descent", "pair", (False, True), DESCENT),
        ("minimal", "pair", (False, True), MINIMAL),
        ("minimal", "argmax", (False,), MINIMAL),
        ("ddn", "pair", (False, True), DDN),
    )
    for box in boxes
]


def paired(stages, weights, mask_height):
    return pair_images(
        stages["images"],
        stages["classes"],
        stages["pixels"],
        [weights],
        experiment="mnist",
        network=0,
        classifier=CLASSIFIER,
        pairs={"kind": "blocked", "mask_height": mask_height},
        shown_pairs=3,
        memory_gb=None,
    )


def aggregated(stages):
    return aggregate_images(
        *([stages[name]] for name in ("answers", "pairs", "summary", "ends")),
        *([stages[name]] for name in ("curves", "paths", "attacks", "perturbations")),
        shown_pairs=3,
    )


@pytest.fixture(scope="module")
def stages():
    images, classes, pixels = prepare_digits(
        source="mnist5k", folder="", train_images=500, test_images=400, seed=0
    )
    training, weights = train_network(images, pixels, network=0, **TRAINED)
    made = {"images": images, "classes": classes, "pixels": pixels}
    answers, pairs, summary, ends = paired(made, weights, 0.7)
    assert 2 <= len(pairs) < 40, (
        "the settings of this test must leave some pairs, and some sevens without"
    )
    every = pairs
    pairs, ends = pairs.head(4), {name: array[:4] for name, array in ends.items()}
    curves, paths = probe_pairs(pairs, ends, [weights], **PROBE)
    attacks, perturbations = attack_pairs(pairs, ends, classes, [weights], attacks=WAYS, **SHARE)
    return {
        **made,
        "training": training,
        "weights": weights,
        "network": network_from_arrays(weights, **NORMALISED),
        "answers": answers,
        "every": every,
        "pairs": pairs,
        "summary": summary,
        "ends": ends,
        "curves": curves,
        "paths": paths,
        "attacks": attacks,
        "perturbations": perturbations,
    }


def test_every_stage_holds_what_it_declares(stages):
    for name, schema in (
        ("images", IMAGES),
        ("classes", CLASSES),
        ("training", TRAINING),
        ("answers", ANSWERS),
        ("pairs", PAIRS),
        ("summary", NETWORKS),
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
    network, images, pixels = stages["network"], stages["images"], stages["pixels"]["pixels"]
    places = {image: row for row, image in enumerate(images["image"])}
    found = stages["every"].set_index("pair")["distance"]
    sevens = stages["answers"].query("label == 7").head(12)
    for seven in sevens.to_dict("records"):
        image = pixels[places[seven["image"]], 0]
        answers = network(as_tensor(image[None, None])).argmax(dim=1)
        assert int(answers) == seven["predicted"]
        rows, columns = np.nonzero(image)
        height = round(0.7 * (rows.max() + 1 - rows.min()))
        least = np.inf
        for bottom in range(rows.min() + 1, rows.min() + height + 1):
            for right in range(columns.min() + 1, columns.max() + 2):
                blocked = image.copy()
                blocked[:bottom, :right] = 0
                change = np.linalg.norm((image.astype(float) - blocked) / 255)
                if (
                    0 < change < least
                    and int(network(as_tensor(blocked[None, None])).argmax()) == 1
                ):
                    least = change
        if seven["predicted"] == 7 and seven["image"] in found:
            assert found[seven["image"]] == pytest.approx(least)
        elif seven["predicted"] == 7:
            assert least == np.inf
        else:
            assert seven["image"] not in found


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
    ends = stages["ends"]
    assert (stages["network"](as_tensor(ends["x1"])).argmax(dim=1) == 7).all()
    assert (stages["network"](as_tensor(ends["x2"])).argmax(dim=1) == 1).all()
    change = np.linalg.norm(
        (ends["x1"].astype(float) - ends["x2"]).reshape(len(ends["x1"]), -1) / 255, axis=1
    )
    np.testing.assert_allclose(stages["pairs"]["distance"], change)
    np.testing.assert_allclose(stages["pairs"]["half_distance"], change / 2)


def test_the_network_is_summed_up_in_one_row(stages):
    (row,) = stages["summary"].to_dict("records")
    sevens = stages["answers"].query("label == 7")
    assert row["test_accuracy"] == stages["training"]["test_accuracy"].iloc[-1]
    assert row["test_accuracy"] == stages["answers"]["correct"].mean()
    assert (row["candidates"], row["correct_candidates"]) == (len(sevens), sevens["correct"].sum())
    assert (row["pairs"], row["images"], row["classes"]) == (len(stages["every"]), 400, 10)


def test_the_path_integral_is_the_change_of_the_gap(stages):
    paths, network = stages["paths"], stages["network"]
    assert paths["converged"].all()
    assert (paths["relative_error"] <= 0.01).all()
    for name, column in (("x1", "gap_x1"), ("x2", "gap_x2")):
        logits = network(as_tensor(stages["ends"][name]))
        np.testing.assert_allclose(paths[column], logits[:, 7] - logits[:, 1], rtol=1e-4, atol=1e-5)
    assert (paths["gap_x1"] > 0).all()
    assert (paths["gap_x2"] < 0).all()


def test_the_compression_is_that_of_a_finite_difference(stages):
    exact = network_from_arrays(stages["weights"], **NORMALISED).double()
    x1, x2 = (as_tensor(stages["ends"][name]).double() for name in ("x1", "x2"))
    v = (x1 - x2) / (x1 - x2).flatten(1).norm(dim=1)[:, None, None, None]

    def gap(x):
        logits = exact(x)
        return logits[:, 7] - logits[:, 1]

    slope = (gap(x1 + 1e-6 * v) - gap(x1 - 1e-6 * v)) / 2e-6
    np.testing.assert_allclose(
        stages["paths"]["cos_theta"] * stages["paths"]["gradient_norm"], slope, rtol=1e-3
    )


def test_the_product_of_the_paths_factors_is_the_length_to_the_boundary_over_half_the_distance(
    stages,
):
    paths = stages["paths"]
    product = paths["weighted_cosine"] * paths["evenness"] * paths["boundary_place"]
    half = stages["pairs"]["half_distance"].to_numpy()
    np.testing.assert_allclose(product, paths["flip_length"] / half, rtol=1e-5)
    # The weighted cosine is a mean of the path's cosines, whose weights are the gradient's lengths.
    curves = stages["curves"].groupby("pair")
    weighted = curves.apply(
        lambda rows: np.average(rows["cos_theta"], weights=rows["gradient_norm"])
    )
    np.testing.assert_allclose(paths["weighted_cosine"], weighted, rtol=0.25)
    assert (paths["evenness"] > 0).all()


def test_attacks_have_a_row_for_each_way_and_pair_and_tell_what_the_network_answers(stages):
    attacks = stages["attacks"]
    assert len(attacks) == len(WAYS) * len(stages["pairs"])
    flipped = attacks[attacks["success"]]
    assert len(flipped) > len(attacks) / 2
    assert (flipped.loc[flipped["criterion"] == "pair", "gap"] < 0).all()
    assert (flipped.loc[flipped["criterion"] == "target", "predicted"] == 1).all()
    assert (flipped.loc[flipped["criterion"] == "argmax", "predicted"] != 7).all()
    assert attacks.loc[~attacks["success"], "norm"].isna().all()
    assert (attacks["predicted_name"] == attacks["predicted"].astype(str)).all()


def test_stored_perturbations_flip_stay_in_the_box_and_are_the_shortest(stages):
    kept, network = stages["perturbations"], stages["network"]
    assert len(kept["pair"]) == 3, "as many as are shown"
    places = {pair: row for row, pair in enumerate(stages["pairs"]["pair"])}
    x = as_tensor(stages["ends"]["x1"][[places[pair] for pair in kept["pair"]]])
    at = x + torch.from_numpy(kept["delta"])
    assert float(at.min()) >= 0.0
    assert float(at.max()) <= 1.0
    logits = network(at)
    assert bool((logits[:, 1] > logits[:, 7]).all())
    boxed = stages["attacks"].query("box and success and pair_flipped")
    norms = np.linalg.norm(kept["delta"].reshape(len(x), -1), axis=1)
    np.testing.assert_allclose(
        norms, boxed.groupby("pair")["norm"].min().loc[kept["pair"]], rtol=1e-5
    )


def test_aggregation_has_one_row_a_pair_and_one_a_network(stages):
    answers, networks, pairs, paths, curves, attacks, shown, rows = aggregated(stages)
    for table, schema in (
        (answers, ANSWERS),
        (networks, NETWORKS),
        (pairs, PAIRS),
        (paths, PATHS),
        (curves, CURVES),
        (attacks, ATTACKS),
        (rows, EXPERIMENTS),
    ):
        schema.frame.validate(table)
    count = len(stages["pairs"])
    assert rows["place"].tolist() == [place if place <= 3 else 0 for place in range(1, count + 1)]
    aimed = attacks[attacks["success"] & (attacks["criterion"] != "argmax")]
    np.testing.assert_array_equal(rows["least"], aimed.groupby("pair")["norm"].min())
    boxed = aimed[aimed["box"]].groupby("pair")["norm"].min()
    np.testing.assert_array_equal(rows["least_boxed"], boxed)
    assert (rows["least"] <= rows["least_boxed"]).all()
    np.testing.assert_array_equal(rows["evenness"], stages["paths"]["evenness"])
    np.testing.assert_array_equal(shown["x2"], stages["ends"]["x2"][:3])
    norms = np.linalg.norm(shown["delta"].reshape(3, -1), axis=1)
    np.testing.assert_allclose(norms, rows["least_boxed"].head(3), rtol=1e-5)


def test_places_are_counted_over_all_networks(stages):
    second = {
        name: stages[name].assign(network=1)
        for name in ("answers", "pairs", "summary", "curves", "paths", "attacks")
    }
    both = {
        name: [stages[name], second.get(name, stages[name])]
        for name in ("answers", "pairs", "summary", "ends", "curves", "paths", "attacks")
    }
    *_, shown, rows = aggregate_images(
        **{"summaries" if name == "summary" else name: tables for name, tables in both.items()},
        perturbations=[stages["perturbations"]] * 2,
        shown_pairs=5,
    )
    assert rows["place"].tolist() == [1, 2, 3, 0, 4, 5, 0, 0][: len(rows)]
    np.testing.assert_array_equal(shown["delta"][3:], shown["delta"][:2])


def test_a_network_without_pairs_gives_empty_tables_that_hold_what_they_declare(stages):
    untrained = network_arrays(initial_mnist_cnn((2, 2), 4, **NORMALISED, seed=0))
    answers, pairs, summary, ends = paired(stages, untrained, 0.5)
    assert len(pairs) == len(ends["x1"]) == 0
    curves, paths = probe_pairs(pairs, ends, [untrained], **PROBE)
    attacks, perturbations = attack_pairs(
        pairs, ends, stages["classes"], [untrained], attacks=WAYS, **SHARE
    )
    for rows, schema in ((pairs, PAIRS), (curves, CURVES), (paths, PATHS), (attacks, ATTACKS)):
        schema.frame.validate(rows)
    assert perturbations["delta"].shape == (0, 1, 28, 28)
    made = {"answers": answers, "pairs": pairs, "summary": summary, "ends": ends, "curves": curves}
    made |= {"paths": paths, "attacks": attacks, "perturbations": perturbations}
    *_, shown, rows = aggregated(made)
    EXPERIMENTS.frame.validate(rows)
    assert shown["x1"].shape == (0, 1, 28, 28)


def test_chance_is_told_by_how_surprising_the_correct_answers_are():
    labels = np.arange(1000) % 10
    assert is_at_chance(100, labels, 10)
    assert is_at_chance(115, labels, 10)
    assert not is_at_chance(130, labels, 10)
    assert is_at_chance(5, np.zeros(5, dtype=np.int64), 1)


def test_always_answering_the_most_frequent_label_is_guessing_and_three_of_many_classes_is_not():
    labels = np.repeat([0, 1], [80, 20])
    assert is_at_chance(80, labels, 2)
    assert not is_at_chance(80, labels, 1000)
    assert is_at_chance(0, labels, 1000)


def test_a_network_at_chance_says_so(stages, capsys):
    options = TRAINED | {"epochs": 1, "learning_rate": 1e-9}
    rows, _ = train_network(stages["images"], stages["pixels"], network=3, **options)
    assert rows["at_chance"].all()
    assert "ACCURACY AT CHANCE: network 3" in capsys.readouterr().out


def test_one_pair_at_a_time_measures_the_same_and_confirms_each_perturbation_alone(stages):
    alone = SHARE | {"pairs_at_once": 1}
    _, paths = probe_pairs(stages["pairs"], stages["ends"], [stages["weights"]], **PROBE | alone)
    for name in ("integral", "cos_theta"):
        np.testing.assert_allclose(paths[name], stages["paths"][name], rtol=1e-4)
    made = (stages["pairs"], stages["ends"], stages["classes"], [stages["weights"]])
    attacks, kept = attack_pairs(*made, attacks=WAYS, **alone)
    # As if there were no other pairs; in larger batches a processor may round otherwise.
    single = {name: array[:1] for name, array in stages["ends"].items()}
    only = (stages["pairs"].head(1), single, stages["classes"], [stages["weights"]])
    first, _ = attack_pairs(*only, attacks=WAYS, **SHARE)
    own = attacks[attacks["pair"] == stages["pairs"]["pair"].iloc[0]]
    np.testing.assert_array_equal(own["norm"], first["norm"])
    places = {pair: row for row, pair in enumerate(stages["pairs"]["pair"])}
    for pair, delta in zip(kept["pair"], kept["delta"], strict=True):
        x = as_tensor(stages["ends"]["x1"][places[pair]][None]) + torch.from_numpy(delta)
        logits = stages["network"](x)[0]
        assert logits[1] > logits[7]


def test_parts_together_are_the_whole(stages):
    made = (stages["pairs"], stages["ends"], [stages["weights"]])
    parts = [probe_pairs(*made, **PROBE | {"part": part, "jobs": 2}) for part in (0, 1)]
    whole = pd.concat(paths for _, paths in parts).sort_values("pair", ignore_index=True)
    assert whole["pair"].tolist() == stages["paths"]["pair"].tolist()
    np.testing.assert_allclose(whole["integral"], stages["paths"]["integral"], rtol=1e-3)
