"""The stages of the ImageNet experiment on a small network and folders of real images, against routes of their own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from fcflow.data.imagenet import shipped_images
from fcflow.errors import InputError
from fcflow.experiments.imagenet.aggregate import aggregate_imagenet
from fcflow.experiments.imagenet.attack import attack_pairs
from fcflow.experiments.imagenet.chance import word_of_chance
from fcflow.experiments.imagenet.network import as_tensor, open_network, pairs_of_part
from fcflow.experiments.imagenet.prepare import (
    choose_pairs,
    describe_images,
    list_images,
    with_all_faults,
)
from fcflow.experiments.imagenet.probe import probe_pairs
from fcflow.experiments.imagenet.schemas import (
    ATTACKED,
    ATTACKS,
    CURVES,
    EXPERIMENTS,
    IMAGES,
    PAIRS,
    PATHS,
)
from fcflow.networks.imagenet import model_card
from fcflow.networks.single_precision import SinglePrecision

MODEL, SIZE, CROP = "test_efficientnet", 64, 0.875
PROBE = {"gammas": 5, "tolerance": 5e-3, "max_gradients": 201, "batch": 16}
ATTACK = {
    "iterated_step": 1e-3,
    "iterated_steps": 60,
    "ddn_steps": 40,
    "minimal_steps": 6,
    "minimal_restarts": 0,
    "batch": 16,
}
CARD = model_card(MODEL)


def describe(images, model):
    return describe_images(images, CARD, model, size=SIZE, crop=CROP, batch=8, device="cpu")


@pytest.fixture(scope="module")
def network(small_weights):
    model, _, batch = open_network(
        MODEL, str(small_weights), None, device="cpu", size=SIZE, memory_gb=0.5
    )
    assert batch > 1
    return model


@pytest.fixture(scope="module")
def stages(network, folders):
    images, pixels = describe(list_images("folders", folders, CARD), network)
    pairs = choose_pairs(
        images, pixels, CARD, max_pairs=3, shown_pairs=[["imagenet_04_949"], ["imagenet_00_243"]]
    )
    curves, paths = probe_pairs(pairs, pixels, network, **PROBE)
    attacks, perturbations = attack_pairs(pairs, pixels, network, CARD.descriptions, **ATTACK)
    return {
        "images": images,
        "pixels": pixels,
        "pairs": pairs,
        "curves": curves,
        "paths": paths,
        "attacks": attacks,
        "perturbations": perturbations,
    }


def test_every_stage_holds_what_it_declares(stages):
    for name, schema in (
        ("images", IMAGES),
        ("pairs", PAIRS),
        ("curves", CURVES),
        ("paths", PATHS),
    ):
        schema.frame.validate(stages[name])
    ATTACKS.frame.validate(stages["attacks"])
    rows = aggregate_imagenet(stages["pairs"], [stages["paths"]], [stages["attacks"]])
    EXPERIMENTS.frame.validate(rows)
    assert len(rows) == 3


def test_a_network_fitted_to_the_images_classifies_them(stages):
    assert stages["images"]["correct"].all()
    assert (stages["images"]["probability"] > 0.5).all()
    assert not word_of_chance(stages["images"])


def test_sixteen_or_more_of_the_shipped_images_are_classified_correctly_with_the_shipped_weights():
    model, sha256, _ = open_network(
        "tf_efficientnet_lite0", "shipped", None, device="cpu", size=224, memory_gb=1
    )
    card = model_card("tf_efficientnet_lite0")
    images, _ = describe_images(
        shipped_images(), card, model, size=224, crop=0.875, batch=4, device="cpu"
    )
    assert images["correct"].sum() >= 16
    assert sha256.startswith("57934424")


def test_pairs_are_the_closest_images_of_other_classes(stages):
    images, pairs = stages["images"], stages["pairs"]
    x = stages["pixels"].reshape(len(images), -1) / 255
    for row in pairs.to_dict("records"):
        others = images.index[images["label"] != row["source"]]
        distance = {other: np.linalg.norm(x[row["image1"]] - x[other]) for other in others}
        assert row["image2"] == min(distance, key=distance.get)
        assert row["distance"] == pytest.approx(min(distance.values()))
        assert row["half_distance"] == row["distance"] / 2
    assert pairs["name1"].tolist()[:2] == ["imagenet_04_949", "imagenet_00_243"]
    assert pairs["place"].tolist() == [1, 2, 0]


def test_two_images_of_one_class_are_never_a_pair(stages):
    jeeps = choose_pairs(stages["images"], stages["pixels"], CARD, max_pairs=99, sources=["jeep"])
    assert jeeps["name1"].tolist() == ["imagenet_06_609", "imagenet_07_609"]
    assert not (jeeps["target"] == 609).any()
    both = choose_pairs(
        stages["images"],
        stages["pixels"],
        CARD,
        max_pairs=99,
        sources=["jeep"],
        targets=["strawberry"],
    )
    assert both["name2"].tolist() == ["imagenet_04_949"] * 2


def test_a_pair_named_in_full_takes_the_place_of_the_closest(stages):
    wanted = [["imagenet_00_243", "imagenet_08_915"]]
    pairs = choose_pairs(stages["images"], stages["pixels"], CARD, max_pairs=99, shown_pairs=wanted)
    assert pairs.iloc[0][["name1", "name2", "closest"]].tolist() == [*wanted[0], False]
    assert pairs["name1"].is_unique
    assert len(pairs) == len(stages["images"])


def test_a_misclassified_image_is_in_no_pair(stages):
    images = stages["images"].copy()
    images.loc[images["name"] == "imagenet_04_949", ["correct", "predicted_description"]] = [
        False,
        "rubber eraser",
    ]
    shown = [["imagenet_04_949"], ["imagenet_00_243"]]
    pairs = choose_pairs(images, stages["pixels"], CARD, max_pairs=99, shown_pairs=shown)
    assert "imagenet_04_949" not in set(pairs["name1"]) | set(pairs["name2"])
    assert pairs["place"].tolist() == [1] + [0] * (len(pairs) - 1)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (
            ["imagenet_99"],
            "imagenet.shown_pairs: there is no image 'imagenet_99'; there are imagenet_00_243, ",
        ),
        (
            ["imagenet_06_609", "imagenet_07_609"],
            "are of the same class; name two of different classes",
        ),
    ],
)
def test_a_pair_that_cannot_be_is_told(stages, shown, told):
    images = stages["images"].sort_values("name", ignore_index=True)
    with pytest.raises(InputError, match=told):
        choose_pairs(images, stages["pixels"], CARD, max_pairs=9, shown_pairs=[shown])


def test_cos_theta_along_the_path_is_that_of_a_double_precision_gradient(
    stages, network, small_weights
):
    exact, _, _ = open_network(
        MODEL, str(small_weights), None, device="cpu", size=SIZE, memory_gb=1
    )
    exact = exact.double()
    row = stages["pairs"].iloc[1]
    x1, x2 = (
        torch.from_numpy(stages["pixels"][row[name]][None]).double() / 255
        for name in ("image1", "image2")
    )
    for point in stages["curves"].query("pair == 1").to_dict("records"):
        x = (x1 + point["gamma"] * (x2 - x1)).requires_grad_()
        logits = exact(x)[0]
        gap = logits[row["source"]] - logits[row["target"]]
        (gradient,) = torch.autograd.grad(gap, x)
        cosine = torch.nn.functional.cosine_similarity(
            gradient.flatten(), (x1 - x2).flatten(), dim=0
        )
        assert point["cos_theta"] == pytest.approx(float(cosine), abs=1e-5)
        assert point["gap"] == pytest.approx(float(gap.detach()), abs=1e-4)
        assert point["gradient_norm"] == pytest.approx(float(gradient.norm()), rel=1e-4)


def test_path_integrals_are_the_change_of_the_gap_to_under_one_percent(stages):
    paths = stages["paths"]
    assert paths["converged"].all()
    change = paths["gap_x1"] - paths["gap_x2"]
    assert ((paths["integral"] - change).abs() < 0.01 * change.abs()).all()
    np.testing.assert_allclose(
        paths["relative_error"], (paths["integral"] / change - 1).abs(), atol=1e-6
    )
    np.testing.assert_allclose(
        paths["predicted_length"], paths["integral"] / paths["gradient_norm"], rtol=1e-5
    )
    np.testing.assert_allclose(
        paths["flip_length"], paths["gap_x1"] / paths["gradient_norm"], rtol=1e-5
    )


def test_averages_are_over_the_grid(stages):
    curves = stages["curves"].groupby("pair")["cos_theta"]
    np.testing.assert_allclose(stages["paths"]["mean_cos"], curves.mean(), atol=1e-7)
    np.testing.assert_allclose(
        stages["paths"]["mean_abs_cos"], curves.agg(lambda c: c.abs().mean()), atol=1e-7
    )


def test_every_attack_is_tried_on_every_pair_and_says_what_it_reached(stages):
    attacks = stages["attacks"]
    assert len(attacks) == 3 * len(ATTACKED)
    done = attacks[attacks["success"]]
    assert done.loc[done["criterion"] == "target", "target_reached"].all()
    assert done.loc[done["criterion"] == "pair", "pair_flipped"].all()
    assert done.loc[done["criterion"] == "argmax", "argmax_changed"].all()
    assert attacks.loc[~attacks["success"], ["norm", "max_norm", "ratio"]].isna().all(axis=None)
    assert len(done) >= 2 * len(ATTACKED)


def test_the_perturbations_kept_are_the_shortest_that_flip_the_pair_and_stay_images(
    stages, network
):
    kept = dict(zip(stages["perturbations"]["pair"], stages["perturbations"]["delta"], strict=True))
    assert sorted(kept) == [0, 1]
    for number, delta in kept.items():
        row = stages["pairs"].iloc[number]
        x = as_tensor(stages["pixels"][row["image1"]][None], "cpu") + torch.from_numpy(delta)
        logits = network(x)[0]
        assert logits[row["target"]] > logits[row["source"]]
        assert float(x.min()) >= -1e-7  # x + (x' - x) may round past x'
        assert float(x.max()) <= 1 + 1e-7
        flipped = stages["attacks"].query("pair == @number and pair_flipped")
        assert np.linalg.norm(delta.astype(np.float64)) == pytest.approx(flipped["norm"].min())


def test_the_least_norms_are_over_all_attacks_that_reached_it(stages):
    attacks = stages["attacks"].copy()
    attacks.loc[attacks["pair"] == 2, ["success", "pair_flipped", "argmax_changed"]] = False
    rows = aggregate_imagenet(stages["pairs"], [stages["paths"]], [attacks])
    flipped = attacks[attacks["pair_flipped"]].groupby("pair")["norm"].min()
    np.testing.assert_array_equal(rows["least_pair"], [flipped[0], flipped[1], np.nan])
    assert (rows["least_argmax"] <= rows["least_pair"]).iloc[:2].all()
    assert rows.filter(like="norm_").iloc[2].isna().all()


def test_each_pair_is_its_own_whatever_the_number_of_jobs(stages, network):
    parts = [pairs_of_part(stages["pairs"], part, 2) for part in (0, 1)]
    probed = [probe_pairs(part, stages["pixels"], network, **PROBE)[1] for part in parts]
    joined = pd.concat(probed).sort_values("pair", ignore_index=True)
    pd.testing.assert_frame_equal(joined, stages["paths"], check_exact=True)


def test_without_pairs_every_stage_gives_empty_tables(stages, network):
    none = stages["pairs"].iloc[:0]
    curves, paths = probe_pairs(none, stages["pixels"], network, **PROBE)
    attacks, perturbations = attack_pairs(
        none, stages["pixels"], network, CARD.descriptions, **ATTACK
    )
    EXPERIMENTS.frame.validate(aggregate_imagenet(none, [paths, paths], [attacks, attacks]))
    CURVES.frame.validate(curves)
    assert perturbations["delta"].shape == (0, 3, SIZE, SIZE)


def test_a_network_with_random_weights_is_said_to_be_at_chance(stages, network, folders):
    torch.manual_seed(1)
    model = (
        torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * SIZE * SIZE, 1000))
        .eval()
        .requires_grad_(False)
    )
    images, pixels = describe(list_images("folders", folders, CARD), model)
    assert word_of_chance(images).startswith(
        f"ACCURACY AT CHANCE: {images['correct'].sum()} of 10 images classified"
    )
    pairs = choose_pairs(images, pixels, CARD, max_pairs=9, shown_pairs=[["imagenet_00_243"]])
    PAIRS.frame.validate(pairs)
    assert pairs.empty


def test_all_that_is_missing_is_told_in_one_line(tmp_path):
    missing = [
        {"folder": str(tmp_path / name), "label": name, "labels": None} for name in ("crib", "jeep")
    ]
    with pytest.raises(InputError) as error:
        with_all_faults(
            lambda: list_images("folders", missing, CARD),
            lambda: open_network(
                MODEL, str(tmp_path / "w.pth"), None, device="cpu", size=SIZE, memory_gb=1
            ),
        )
    told = str(error.value)
    assert "\n" not in told
    for part in (
        "crib: is missing; make this folder",
        "jeep: is missing",
        "w.pth: is missing; put the checkpoint",
    ):
        assert part in told


def test_two_images_of_one_name_are_refused(folders):
    with pytest.raises(
        InputError, match="two images are named imagenet_06_609; rename one of them"
    ):
        list_images("folders", [folders[0], folders[0]], CARD)


def test_the_network_stays_in_single_precision(network):
    single = SinglePrecision(network).eval()
    assert (
        single.double()(torch.zeros(1, 3, SIZE, SIZE, dtype=torch.float64)).dtype == torch.float32
    )


def test_pixels_are_interpolated_as_the_card_says(folders, network):
    other = replace(CARD, interpolation="bilinear")
    images = list_images("folders", folders, CARD)
    _, bicubic = describe(images, network)
    _, bilinear = describe_images(
        images, other, network, size=SIZE, crop=CROP, batch=8, device="cpu"
    )
    assert not np.array_equal(bicubic, bilinear)
