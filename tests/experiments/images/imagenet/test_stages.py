"""The stages of the ImageNet experiment on a small network, checked against other routes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from fcflow.data.imagenet import read_pixels
from fcflow.errors import InputError
from fcflow.experiments.images.aggregate import aggregate_images
from fcflow.experiments.images.attack import attack_pairs
from fcflow.experiments.images.chance import word_of_chance
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
from fcflow.experiments.images.imagenet.prepare import list_images, prepare_images
from fcflow.experiments.images.network import as_tensor, open_network
from fcflow.experiments.images.pair import described, pair_images
from fcflow.experiments.images.pairing.nearest import nearest
from fcflow.experiments.images.probe import probe_pairs
from fcflow.networks.imagenet import model_card
from fcflow.networks.single_precision import SinglePrecision

MODEL, SIZE, CROP = "test_efficientnet", 64, 0.875
PROBE = {"gammas": 5, "path_tolerance": 5e-3, "max_gradients": 201, "measures": ["factors"]}
MINIMAL = {"effort": "quick", "together": False}
WAYS = [
    {"attack": "iterated", "criterion": "target", "box": True, "step": 1e-3, "steps": 60},
    {"attack": "ddn", "criterion": "pair", "box": True, "steps": 40},
    {"attack": "minimal", "criterion": "pair", "box": True, **MINIMAL},
    {"attack": "minimal", "criterion": "argmax", "box": True, **MINIMAL},
]
CARD = model_card(MODEL)
SHOWN = [["imagenet_04_949"], ["imagenet_00_243"]]


def prepared(classifier, size=SIZE, images="shipped", folders=()):
    return prepare_images(
        classifier=classifier, image_size=size, crop=CROP, images=images, folders=folders
    )


def paired(made, classifier, **pairs):
    return pair_images(
        *made,
        [],
        experiment="imagenet",
        network=0,
        classifier=classifier,
        pairs={"kind": "nearest", "max_pairs": 99, **pairs},
        shown_pairs=4,
        memory_gb=0.5,
    )


def chosen(stages, answers=None, **pairs):
    """Return pairs of the answers given, or of the stages'."""
    answers = stages["answers"] if answers is None else answers
    options = {"max_pairs": 99, **pairs}
    pixels, classes = stages["pixels"]["pixels"], stages["classes"]
    made = nearest(answers, pixels, classes, None, device="cpu", **options)
    return described(made.rows, answers, classes, 4)


def aggregated(stages):
    return aggregate_images(
        *([stages[name]] for name in ("answers", "pairs", "summary", "ends")),
        *([stages[name]] for name in ("curves", "paths", "attacks", "perturbations")),
        shown_pairs=4,
    )


@pytest.fixture(scope="module")
def classifier(small_weights):
    return {"kind": "timm", "model": MODEL, "weights": str(small_weights), "weights_sha256": None}


@pytest.fixture(scope="module")
def share(classifier):
    return {"part": 0, "jobs": 1, "classifier": classifier, "pairs_at_once": 1, "memory_gb": 0.2}


@pytest.fixture(scope="module")
def network(classifier):
    opened = open_network(classifier, [], (3, SIZE, SIZE), memory_gb=0.5, device="cpu")
    assert opened.batch > 1
    return opened.model


@pytest.fixture(scope="module")
def stages(classifier, share, folders):
    made = prepared(classifier, images="folders", folders=folders)
    answers, pairs, summary, ends = paired(made, classifier, max_pairs=3, named=SHOWN)
    curves, paths = probe_pairs(pairs, ends, [], **PROBE, **share)
    attacks, perturbations = attack_pairs(pairs, ends, made[1], [], attacks=WAYS, **share)
    return {
        **dict(zip(("images", "classes", "pixels"), made, strict=True)),
        "answers": answers,
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
        ("answers", ANSWERS),
        ("pairs", PAIRS),
        ("summary", NETWORKS),
        ("curves", CURVES),
        ("paths", PATHS),
        ("attacks", ATTACKS),
    ):
        schema.frame.validate(stages[name])
    *_, rows = aggregated(stages)
    EXPERIMENTS.frame.validate(rows)
    assert len(rows) == 3


def test_a_network_fitted_to_the_images_classifies_them(stages):
    assert stages["answers"]["correct"].all()
    assert (stages["answers"]["probability"] > 0.5).all()
    assert not word_of_chance(stages["summary"])


def test_sixteen_or_more_of_the_shipped_images_are_classified_correctly_with_the_shipped_weights():
    shipped = {"kind": "timm", "model": "tf_efficientnet_lite0", "weights": "shipped"}
    shipped["weights_sha256"] = None
    answers, _, summary, _ = paired(prepared(shipped, size=224), shipped)
    assert answers["correct"].sum() >= 16
    assert summary["weights_sha256"].item().startswith("57934424")


def test_pairs_are_the_closest_images_of_other_classes(stages):
    answers, pairs = stages["answers"], stages["pairs"]
    x = stages["pixels"]["pixels"].reshape(len(answers), -1) / 255
    for row in pairs.to_dict("records"):
        others = answers.index[answers["label"] != row["source"]]
        distance = {other: np.linalg.norm(x[row["image1"]] - x[other]) for other in others}
        assert row["image2"] == min(distance, key=distance.get)
        assert row["distance"] == pytest.approx(min(distance.values()))
        assert row["half_distance"] == row["distance"] / 2
        images = [stages["pixels"]["pixels"][row[name]] for name in ("image1", "image2")]
        for end, image in zip(("x1", "x2"), images, strict=True):
            np.testing.assert_array_equal(stages["ends"][end][row["pair"]], image)
    assert pairs["name1"].tolist()[:2] == ["imagenet_04_949", "imagenet_00_243"]
    assert pairs["place"].tolist() == [1, 2, 0]


def test_two_images_of_one_class_are_never_a_pair(stages):
    jeeps = chosen(stages, sources=["jeep"])
    assert jeeps["name1"].tolist() == ["imagenet_06_609", "imagenet_07_609"]
    assert not (jeeps["target"] == 609).any()
    both = chosen(stages, sources=["jeep"], targets=["strawberry"])
    assert both["name2"].tolist() == ["imagenet_04_949"] * 2


def test_a_pair_named_in_full_takes_the_place_of_the_closest(stages):
    wanted = [["imagenet_00_243", "imagenet_08_915"]]
    pairs = chosen(stages, named=wanted)
    assert pairs.iloc[0][["name1", "name2", "closest"]].tolist() == [*wanted[0], False]
    assert pairs["name1"].is_unique
    assert len(pairs) == len(stages["images"])


def test_a_misclassified_image_is_in_no_pair(stages):
    answers = stages["answers"].copy()
    wrong = answers["name"] == "imagenet_04_949"
    answers.loc[wrong, "correct"] = False
    pairs = chosen(stages, answers, named=SHOWN)
    assert "imagenet_04_949" not in set(pairs["name1"]) | set(pairs["name2"])
    assert pairs["place"].tolist() == [1] + [0] * (len(pairs) - 1)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (
            ["imagenet_99"],
            "pairs.named: there is no image 'imagenet_99'; there are imagenet_00_243, ",
        ),
        (
            ["imagenet_06_609", "imagenet_07_609"],
            "are of the same class; name two of different classes",
        ),
    ],
)
def test_a_pair_that_cannot_be_is_told(stages, shown, told):
    answers = stages["answers"].sort_values("name", ignore_index=True)
    with pytest.raises(InputError, match=told):
        chosen(stages, answers, named=[shown])


def test_cos_theta_along_the_path_is_that_of_a_double_precision_gradient(stages, classifier):
    exact = open_network(classifier, [], (3, SIZE, SIZE), memory_gb=1, device="cpu").model.double()
    row = stages["pairs"].iloc[1]
    x1, x2 = (torch.from_numpy(stages["ends"][name][1:2]).double() / 255 for name in ("x1", "x2"))
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


def test_the_product_of_the_paths_factors_is_the_length_to_the_boundary_over_half_the_distance(
    stages,
):
    paths = stages["paths"]
    product = paths["weighted_cosine"] * paths["evenness"] * paths["boundary_place"]
    half = stages["pairs"]["half_distance"].to_numpy()
    np.testing.assert_allclose(product, paths["flip_length"] / half, rtol=1e-5)


def test_averages_are_over_the_grid(stages):
    curves = stages["curves"].groupby("pair")["cos_theta"]
    np.testing.assert_allclose(stages["paths"]["mean_cos"], curves.mean(), atol=1e-7)
    np.testing.assert_allclose(
        stages["paths"]["mean_abs_cos"], curves.agg(lambda c: c.abs().mean()), atol=1e-7
    )


def test_every_attack_is_tried_on_every_pair_and_says_what_it_reached(stages):
    attacks = stages["attacks"]
    assert len(attacks) == 3 * len(WAYS)
    done = attacks[attacks["success"]]
    assert done.loc[done["criterion"] == "target", "target_reached"].all()
    assert done.loc[done["criterion"] == "pair", "pair_flipped"].all()
    assert done.loc[done["criterion"] == "argmax", "argmax_changed"].all()
    assert attacks.loc[~attacks["success"], ["norm", "max_norm", "ratio"]].isna().all(axis=None)
    assert len(done) >= 2 * len(WAYS)


def test_the_perturbations_kept_are_the_shortest_that_flip_the_pair_and_stay_images(
    stages, network
):
    kept = dict(zip(stages["perturbations"]["pair"], stages["perturbations"]["delta"], strict=True))
    assert sorted(kept) == [0, 1]
    for number, delta in kept.items():
        row = stages["pairs"].iloc[number]
        x = as_tensor(stages["ends"]["x1"][number][None]) + torch.from_numpy(delta)
        logits = network(x)[0]
        assert logits[row["target"]] > logits[row["source"]]
        assert float(x.min()) >= 0.0
        assert float(x.max()) <= 1.0
        flipped = stages["attacks"].query("pair == @number and pair_flipped")
        assert np.linalg.norm(delta.astype(np.float64)) == pytest.approx(flipped["norm"].min())


def test_the_least_norms_are_over_all_attacks_that_reached_it(stages):
    attacks = stages["attacks"].copy()
    reached = ["success", "pair_flipped", "argmax_changed"]
    attacks.loc[attacks["pair"] == 2, reached] = False
    *_, rows = aggregated(stages | {"attacks": attacks})
    aimed = attacks[attacks["pair_flipped"] & (attacks["criterion"] != "argmax")]
    flipped = aimed.groupby("pair")["norm"].min()
    np.testing.assert_array_equal(rows["least"], [flipped[0], flipped[1], np.nan])
    np.testing.assert_array_equal(rows["least_boxed"], rows["least"])
    assert (rows["least_argmax"] <= rows["least"]).iloc[:2].all()
    assert np.isnan(rows["least_argmax"].iloc[2])


def test_each_pair_is_its_own_whatever_the_number_of_jobs(stages, share):
    parts = [
        probe_pairs(
            stages["pairs"], stages["ends"], [], **PROBE, **(share | {"part": part, "jobs": 2})
        )[1]
        for part in (0, 1)
    ]
    joined = pd.concat(parts).sort_values("pair", ignore_index=True)
    pd.testing.assert_frame_equal(joined, stages["paths"], check_exact=True)


def test_without_pairs_every_stage_gives_empty_tables(stages, share):
    none, ends = stages["pairs"].iloc[:0], {n: a[:0] for n, a in stages["ends"].items()}
    curves, paths = probe_pairs(none, ends, [], **PROBE, **share)
    made = (none, ends, stages["classes"], [])
    attacks, perturbations = attack_pairs(*made, attacks=WAYS, **share)
    empty = {"pairs": none, "ends": ends, "curves": curves, "paths": paths, "attacks": attacks}
    *_, rows = aggregated(stages | empty | {"perturbations": perturbations})
    EXPERIMENTS.frame.validate(rows)
    CURVES.frame.validate(curves)
    assert perturbations["delta"].shape == (0, 3, SIZE, SIZE)


def test_a_network_with_random_weights_is_said_to_be_at_chance(
    stages, classifier, tmp_path, capsys
):
    import timm
    from safetensors.torch import save_file

    torch.manual_seed(1)
    weights = timm.create_model(MODEL).state_dict()
    save_file(
        {name: tensor.contiguous() for name, tensor in weights.items()}, tmp_path / "r.safetensors"
    )
    random = classifier | {"weights": str(tmp_path / "r.safetensors")}
    made = (stages["images"], stages["classes"], stages["pixels"])
    answers, pairs, summary, _ = paired(made, random, named=[["imagenet_00_243"]])
    assert word_of_chance(summary).startswith(
        f"ACCURACY AT CHANCE: network 0 ({answers['correct'].mean():.3f})"
    )
    assert "ACCURACY AT CHANCE" in capsys.readouterr().err
    PAIRS.frame.validate(pairs)
    assert pairs.empty


def test_all_that_is_missing_is_told_in_one_line(tmp_path):
    missing = [
        {"folder": str(tmp_path / name), "label": name, "labels": None} for name in ("crib", "jeep")
    ]
    own = {"model": MODEL, "weights": str(tmp_path / "w.pth"), "weights_sha256": None}
    with pytest.raises(InputError) as error:
        prepared(own, images="folders", folders=missing)
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


def test_pixels_are_interpolated_as_the_card_says(stages, folders):
    images = list_images("folders", folders, CARD)
    options = {"size": SIZE, "crop": CROP}
    for card, same in ((CARD, True), (replace(CARD, interpolation="bilinear"), False)):
        pixels = read_pixels(images[0].path, **options, interpolation=card.interpolation)
        assert np.array_equal(pixels, stages["pixels"]["pixels"][0]) == same
