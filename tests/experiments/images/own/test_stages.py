"""One's own model from its data to the joint table, step by step."""

import hashlib

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tests.experiments.images.own.test_named import BASE, LEAST
from torch import nn

from fcflow.compression.path import path_compression
from fcflow.config.load import check_config
from fcflow.data.own.folder import read_folder
from fcflow.errors import InputError
from fcflow.experiments.images.aggregate import aggregate_images
from fcflow.experiments.images.attack import attack_pairs
from fcflow.experiments.images.factors.pairs import FACTORS, pair_factors
from fcflow.experiments.images.own import tables
from fcflow.experiments.images.own.prepare import prepare_own
from fcflow.experiments.images.own.user_measure import user_measure
from fcflow.experiments.images.pair import pair_images
from fcflow.experiments.images.probe import probe_pairs
from fcflow.paper.claims.ledger import ledger

MODEL = {"factory": "my_models.py:dense", "weights": "dense.safetensors"}
SMALL = {
    "model": MODEL,
    "pairs": {"kind": "nearest", "max_pairs": 6},
    "attacks": ["minimal", "fast_l2"],
    "gammas": 5,
    "jobs": 1,
}


def scope_of(**keys):
    section = LEAST | SMALL | keys
    whole = check_config([("base", BASE), ("my.yaml", {"images": {"mine": section}})])
    return whole.images.mine.scope()


def prepared(scope):
    return prepare_own(experiment="mine", classifier=scope["classifier"], data=scope["data"])


def measured(**keys):
    """Return what every step makes of a section, the joint tables last."""
    scope = scope_of(**keys)
    images, classes, pixels, skipped = prepared(scope)
    common = {"classifier": scope["classifier"], "memory_gb": None}
    answers, pairs, summary, ends = pair_images(
        *(images, classes, pixels, []), experiment="mine", network=0, pairs=scope["pairs"],
        shown_pairs=scope["shown_pairs"], own=True, **common,
    )  # fmt: skip
    share = {"part": 0, "jobs": 1, "pairs_at_once": None, **common}
    numbers = {key: scope[key] for key in ("gammas", "path_tolerance", "max_gradients", "measures")}
    curves, paths = probe_pairs(pairs, ends, [], **share, **numbers)
    attacks, perturbations = attack_pairs(
        *(pairs, ends, classes, []), attacks=scope["attacks"], bounds=scope["bounds"], **share
    )
    made = aggregate_images(
        *([answers], [pairs], [summary], [ends], [curves], [paths], [attacks], [perturbations]),
        shown_pairs=scope["shown_pairs"],
    )
    names = ("answers", "networks", "pairs", "paths", "curves", "attacks", "shown", "experiments")
    return dict(zip(names, made, strict=True)) | {"skipped": skipped, "ends": ends}


@pytest.fixture(scope="module")
def made(written):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(written)
        names = ["compression", "factors", "certified", "my_measures.py:largest"]
        return measured(measures=names)


def test_pairs_are_correct_inputs_of_different_classes_with_the_nearest(made):
    pairs = made["pairs"]
    assert len(pairs) == 6
    assert (pairs["source"] != pairs["target"]).all()
    assert pairs["class1"].nunique() == 6  # in turn one of each class
    correct = made["answers"].set_index("image")["correct"]
    assert correct[pairs["image1"]].all()
    assert correct[pairs["image2"]].all()
    ends = {name: array.astype(float) / 255 for name, array in made["ends"].items()}
    distance = np.linalg.norm((ends["x1"] - ends["x2"]).reshape(6, -1), axis=1)
    assert pairs["distance"].to_numpy() == pytest.approx(distance)


def test_measures_are_columns_and_those_of_the_user_too(made):
    rows = made["experiments"]
    ends = {name: array.astype(float) / 255 for name, array in made["ends"].items()}
    largest = np.abs(ends["x1"] - ends["x2"]).reshape(6, -1).max(axis=1)
    assert rows["largest"].to_numpy() == pytest.approx(largest, abs=1e-6)
    # The span of both gradients holds their difference.
    assert (rows["rho2"] >= rows["cos_theta"].abs() - 1e-6).all()
    assert (rows["certified"] > 0).all()
    assert (rows["certified"] <= rows["least"] * (1 + 1e-6)).all()
    assert (rows["certified_reason"] == "").all()


def test_the_four_factors_multiply_to_the_ratio_and_their_logarithms_add_up(made):
    rows = pair_factors(made["experiments"], made["curves"])
    ratio = made["experiments"]["least"] / made["experiments"]["half_distance"]
    assert rows["ratio"].to_numpy() == pytest.approx(ratio.to_numpy())
    assert rows["product"].to_numpy() == pytest.approx(ratio.to_numpy(), rel=1e-9)
    total = sum(rows[f"log_{factor}"] for factor in FACTORS)
    assert total.to_numpy() == pytest.approx(np.log(ratio).to_numpy(), abs=1e-9)
    for factor in ("weighted_cosine", "evenness", "boundary_place"):
        stored = made["experiments"][factor]
        assert rows[factor].to_numpy() == pytest.approx(stored.to_numpy(), rel=1e-6)


def test_what_the_paper_says_is_judged_by_what_was_measured(made):
    options = {"experiment": "mine", "resamples": 200, "level": 0.95}
    rows, attacks, networks = (made[name] for name in ("experiments", "attacks", "networks"))
    every = tables.statistics_table(
        rows, attacks, networks, made["paths"], made["skipped"], **options
    )
    pairs = tables.pairs(rows, attacks, networks, **options)
    paths = tables.paths(made["curves"], rows, networks, **options)
    read = {
        "results/tables/mine.parquet": every.rows,
        "results/tables/mine_pairs.parquet": pairs.rows,
        "results/tables/mine_paths.parquet": paths.rows,
        "results/mine/networks.parquet": networks,
    }
    judged = ledger(read, about="mine", level=0.95, resamples=200).set_index("id")
    cosine, ratio = rows["cos_theta"].abs(), rows["least"] / rows["half_distance"]
    largest = made["curves"]["cos_theta"].abs().groupby(made["curves"]["pair"]).max()
    expected = {
        "mine-ratio": (ratio - cosine).abs().mean() / cosine.mean(),
        "mine-length": (rows["predicted_length"].abs() / rows["least"] - 1).abs().mean(),
        "mine-small": rows["mean_abs_cos"].mean(),
        "mine-everywhere": largest.mean(),
        "mine-distance": (rows["least"] / rows["distance"]).mean(),
    }
    assert judged["estimate"].to_dict() == pytest.approx(expected)
    # "Close" is within 10 %, "small" below 0.33, as for MNIST and ImageNet.
    assert judged.loc["mine-small", "verdict"] == "reproduced"
    assert judged.loc["mine-ratio", "expected"] == "≤ 0.1"
    measured = every.rows.set_index("quantity")["estimate"]
    assert measured["largest"] == pytest.approx(rows["largest"].mean())
    assert measured["rho2"] == pytest.approx(rows["rho2"].mean())


def test_a_perturbation_that_is_kept_flips_the_network(made, folder):
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
    network.load_state_dict(load_file("dense.safetensors"))
    shown = made["experiments"].query("place > 0").sort_values("place")
    for row, x1, delta in zip(
        shown.itertuples(), made["shown"]["x1"], made["shown"]["delta"], strict=True
    ):
        x = torch.from_numpy(x1 / 255 + delta).float()[None]
        logits = network(x)[0]
        assert logits[row.target] - logits[row.source] > -1e-4
        assert -1e-6 <= float(x.min()) <= float(x.max()) <= 1 + 1e-6
        assert np.linalg.norm(delta) == pytest.approx(row.least_boxed, rel=1e-5)


def test_a_table_of_features_is_measured_without_pictures(folder):
    rng = np.random.default_rng(0)
    centre, labels = rng.normal(size=(3, 5)) * 2, rng.integers(0, 3, 90)
    x = centre[labels] + rng.normal(size=(90, 5))
    rows = pd.DataFrame(x, columns=list("abcde")).assign(kind=np.array(["u", "v", "w"])[labels])
    rows.loc[7, "c"] = np.nan
    rows.to_parquet("features.parquet")
    # Minimum distance to the centres is a linear classifier.
    weights = {"weight": torch.tensor(2 * centre), "bias": torch.tensor(-(centre**2).sum(axis=1))}
    save_file({key: value.float() for key, value in weights.items()}, "linear.safetensors")
    (folder / "linear.py").write_text(
        "from torch import nn\n\ndef linear():\n    return nn.Linear(5, 3)\n", encoding="utf-8"
    )
    found = measured(
        model={"factory": "linear.py:linear", "weights": "linear.safetensors"},
        data={"parquet": "features.parquet", "label": "kind"},
    )
    assert found["skipped"]["name"].tolist() == ["row 7"]
    rows = found["experiments"]
    # Of a linear classifier g falls at one rate along any line.
    gradient = 2 * (centre[rows["source"]] - centre[rows["target"]])
    assert rows["gradient_norm"].to_numpy() == pytest.approx(np.linalg.norm(gradient, axis=1))
    expected = rows["gap_x1"] / rows["gradient_norm"]
    assert rows["least"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-3)
    assert found["shown"]["x1"].dtype == np.float32
    assert np.linalg.norm(found["shown"]["delta"], axis=1) == pytest.approx(
        rows.loc[rows["place"] > 0, "least"].to_numpy(), rel=1e-5
    )


def test_an_exported_program_has_the_rows_of_the_network_that_it_was_made_of(folder):
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10)).eval()
    network.load_state_dict(load_file("dense.safetensors"))
    rows = ({0: torch.export.Dim("rows", min=1, max=4096)},)
    program = torch.export.export(network, (torch.zeros(2, 1, 8, 8),), dynamic_shapes=rows)
    torch.export.save(program, "dense.pt2")
    keys = {"attacks": ["fast_l2"], "pairs": {"kind": "nearest", "max_pairs": 4}}
    found = measured(model={"exported": "dense.pt2"}, **keys)["experiments"]
    expected = measured(**keys)["experiments"]
    assert found["name1"].tolist() == expected["name1"].tolist()
    for column in ("cos_theta", "gap_x1", "predicted_length", "least"):
        assert found[column].to_numpy() == pytest.approx(expected[column].to_numpy(), rel=1e-3)


def test_a_vision_transformer_on_pictures_of_shipped_photographs(folder):
    timm = pytest.importorskip("timm")
    from fcflow.data.imagenet import read_pixels, shipped_images

    torch.manual_seed(0)
    made = timm.create_model("test_vit", num_classes=20, img_size=(32, 32)).eval()
    pixels = []
    for number, image in enumerate(shipped_images()):
        read = read_pixels(image.path, size=32, crop=0.875, interpolation="bicubic")
        (folder / "photos" / f"{number:02}").mkdir(parents=True, exist_ok=True)
        Image.fromarray(read.transpose(1, 2, 0)).save(folder / f"photos/{number:02}/a.png")
        pixels.append(read)
    # Its last layer is fitted so that it answers every picture with its own class.
    x = (torch.from_numpy(np.stack(pixels)).float() / 255 - 0.5) / 0.5
    with torch.no_grad():
        hidden = made.forward_head(made.forward_features(x), pre_logits=True)
        basis = torch.cat([hidden, torch.ones(20, 1)], dim=1)
        fitted = torch.linalg.lstsq(basis.double(), 10 * torch.eye(20).double()).solution.float()
        made.head.weight.copy_(fitted[:-1].T)
        made.head.bias.copy_(fitted[-1])
    save_file(made.state_dict(), "vit.safetensors")
    found = measured(
        model={"timm": "test_vit", "weights": "vit.safetensors", "classes": 20},
        data={"folder": "photos", "mean": 0.5, "std": 0.5},
        pairs={"kind": "nearest", "max_pairs": 2},
        measures=["factors", "certified"],
    )
    rows = found["experiments"]
    assert found["networks"]["test_accuracy"].item() == 1.0
    assert rows["least"].notna().all()
    assert rows["certified"].isna().all()
    assert rows["certified_reason"].str.contains("supported are Linear, Conv2d").all()


def test_shipped_weights_on_folders_that_are_named_after_imagenets_classes(folder):
    from fcflow.data.imagenet import shipped_images

    for image in shipped_images()[:4]:
        place = folder / "imagenet" / str(image.label)
        place.mkdir(parents=True, exist_ok=True)
        (place / image.path.name).write_bytes(image.path.read_bytes())
    scope = scope_of(
        model={"timm": "tf_efficientnet_lite0", "weights": "shipped"},
        data={"folder": "imagenet", "size": 64, "crop": 0.875, "interpolation": "bicubic"},
    )
    images, classes, pixels, _ = prepared(scope)
    assert sorted(images["label"]) == sorted(image.label for image in shipped_images()[:4])
    assert classes.set_index("label")["name"][251] == "dalmatian"
    assert pixels["pixels"].shape == (4, 3, 64, 64)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (
            {"model": {"factory": "my_models.py:three"}},
            "my_models.py:three: has 3 outputs, and digits has 10 classes (0, 1, 2, 3, …)",
        ),
        ({"data": {"folder": "digits", "classes": ["0", "1"]}}, "data.classes: lacks 2, 3, 4, 5"),
        (
            {"data": {"folder": "digits", "size": 9}},
            "my_models.py:dense: fails at an input of 1×9×9: RuntimeError",
        ),
        ({"model": MODEL | {"weights": "no.safetensors"}}, "no.safetensors: is missing"),
        ({"data": {"folder": "nowhere"}}, "nowhere: is missing; make this folder"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_measured(keys, told, folder):
    with pytest.raises(InputError) as caught:
        prepared(scope_of(**keys))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_model_that_answers_nothing_correctly_is_told(folder):
    tensors = load_file("dense.safetensors")
    tensors["3.bias"] = torch.tensor([0.0] + [-1e6] * 9)  # always the first class
    save_file(tensors, "constant.safetensors")
    model = MODEL | {"weights": "constant.safetensors"}
    with pytest.raises(InputError, match=r"mine\.pairs: no pair of correctly classified inputs"):
        measured(model=model)
    with pytest.raises(InputError, match=r"mine: none of 80 inputs is classified correctly; row 0"):
        measured(model=model, data={"npz": shifted(folder)})


def test_a_model_that_works_in_place_changes_nothing_that_was_read(folder):
    read = read_folder(folder / "digits")
    x = read.inputs.astype(np.float32) / 255 + 0.5
    np.savez("floats.npz", x=x, y=read.labels)
    model = MODEL | {"factory": "my_models.py:in_place"}
    images, _, pixels, _ = prepared(scope_of(model=model, data={"npz": "floats.npz"}))
    assert (pixels["pixels"] == x).all()
    assert images["sha256"].tolist() == [hashlib.sha256(one.tobytes()).hexdigest() for one in x]
    data = {"npz": "floats.npz", "bounds": [0.5, 1.5]}
    found = measured(model=model, data=data, attacks=["fast_l2"])
    expected = measured(attacks=["fast_l2"])  # the same model of the same pixels, without 0.5
    assert found["pairs"]["image1"].tolist() == expected["pairs"]["image1"].tolist()
    for column in ("gap_x1", "cos_theta", "least"):
        assert found["experiments"][column].to_numpy() == pytest.approx(
            expected["experiments"][column].to_numpy(), rel=1e-3, nan_ok=True
        )


def test_inputs_without_finite_logits_are_not_classified_correctly(folder):
    answers = measured(model=MODEL | {"factory": "my_models.py:masked"}, attacks=["fast_l2"])[
        "answers"
    ]
    read = read_folder(folder / "digits")
    dark = dict(zip(read.names, (read.inputs / 255).sum(axis=(1, 2, 3)) <= 12, strict=True))
    is_dark = answers["name"].map(dark)
    assert 0 < is_dark.sum() < len(answers)
    assert not answers.loc[is_dark, "correct"].any()
    assert answers.loc[is_dark, "probability"].isna().all()
    assert set(answers.loc[is_dark, "predicted_name"]) == {"no class: logits that are not finite"}
    assert answers.loc[~is_dark, "correct"].mean() > 0.5
    with pytest.raises(InputError, match="logits are not finite for any of 80 inputs; check"):
        measured(model=MODEL | {"factory": "my_models.py:lost"})


def shifted(folder):
    """Return a file of the same digits in which none is of the first class."""
    read = read_folder(folder / "digits")
    labels = np.where(read.labels == 0, 1, read.labels)
    np.savez(folder / "digits.npz", x=read.inputs, y=labels)
    return "digits.npz"


@pytest.mark.parametrize(
    ("pairs", "rows"),
    [
        ("my_pairs.py:neighbours", 3),
        ({"kind": "my_pairs.py:neighbours", "most": 5}, 5),
        ({"kind": "my_pairs.py:neighbours", "most": 9, "max_pairs": 2}, 2),
        ({"kind": "classes", "source": "4", "target": "9"}, None),
        ({"kind": "blocked"}, None),
    ],
)
def test_pairs_are_made_in_other_ways_too(pairs, rows, folder):
    found = measured(pairs=pairs, attacks=["fast_l2"])["pairs"]
    if rows is not None:
        assert 1 <= len(found) <= rows
    if pairs == {"kind": "classes", "source": "4", "target": "9"}:
        assert set(zip(found["class1"], found["class2"], strict=True)) == {("4", "9")}
    if pairs == {"kind": "blocked"}:
        assert set(zip(found["class1"], found["class2"], strict=True)) == {("7", "1")}


def test_listed_pairs_are_those_of_the_file(folder):
    zeros, ones = (
        [path.relative_to(folder / "digits").as_posix() for path in folder.glob(f"digits/{i}/*")]
        for i in (0, 1)
    )
    listed = [(one, zero) for one in ones for zero in zeros]
    lines = ["x1,x2", *(f"{one},{zero}" for one, zero in listed)]
    (folder / "pairs.csv").write_text("\n".join(lines), encoding="utf-8")
    made = measured(pairs={"kind": "listed", "file": "pairs.csv"}, attacks=["fast_l2"])
    correct = set(made["answers"].query("correct")["name"])
    found = list(zip(made["pairs"]["name1"], made["pairs"]["name2"], strict=True))
    assert found == [pair for pair in listed if set(pair) <= correct]
    pairs = {"kind": "listed", "file": "pairs.csv", "max_pairs": 2}
    few = measured(pairs=pairs, attacks=["fast_l2"])["pairs"]
    assert list(zip(few["name1"], few["name2"], strict=True)) == found[:2]
    zero = zeros[0]
    (folder / "pairs.csv").write_text(f"x1,x2\n{zero},{zero}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"pairs\.csv: .* are of the same class"):
        measured(pairs={"kind": "listed", "file": "pairs.csv"})


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("same", "paired rows 0 and 0, which are of the same class"),
        ("none", "no pair of correctly classified inputs"),
        ("wrong", r"must return row numbers \[pairs, 2\]"),
        ("outside", "returned row 1000000; there are rows 0 to 79"),
    ],
)
def test_pairs_of_a_function_that_cannot_be_are_told(function, told, folder):
    with pytest.raises(InputError, match=told):
        measured(pairs=f"my_pairs.py:{function}")


def test_a_measure_may_return_several_columns_and_numbers_that_are_none(folder):
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2)).eval().requires_grad_(False)
    x1, x2 = torch.rand(3, 4), torch.rand(3, 4)
    ends = (x1, x2, torch.zeros(3).long(), torch.ones(3).long())
    path = path_compression(model, *ends)
    columns = user_measure("my_measures.py:two", model, *ends, path, batch=4)
    slope = model[1].weight.sum(dim=0).norm()
    assert columns["slope"].tolist() == pytest.approx([float(slope)] * 3)
    assert columns["none"].isnan().all()
    with pytest.raises(InputError, match=r"wrong must return 3 numbers, one for each pair"):
        user_measure("my_measures.py:wrong", model, *ends, path, batch=4)
    with pytest.raises(InputError, match=r"writes changed the model's 1\.weight; a measure must"):
        user_measure("my_measures.py:writes", model, *ends, path, batch=4)
    assert model[1].weight.any()
