from pathlib import Path

import pytest
import yaml

from fcflow.config.load import check_config, read_config
from fcflow.errors import ConfigError
from fcflow.experiments.images import base_settings
from fcflow.experiments.images.base_settings import AttackChoice
from fcflow.sources import Entry

CONFIG = Path(__file__).parents[3] / "config"
BASE = yaml.safe_load((CONFIG / "config.yaml").read_text(encoding="utf-8"))
DDN = {"attack": "ddn", "criterion": "pair", "box": True}


def settings(experiment, **keys):
    config = check_config([("base", BASE), ("test", {"images": {experiment: keys}})])
    return getattr(config.images, experiment)


def test_the_papers_own_setup_is_written_out():
    imagenet = read_config([CONFIG / "config.yaml", CONFIG / "imagenet-paper.yaml"]).images.imagenet
    assert imagenet.classifier.model == "inception_resnet_v2"
    assert [folder.label for folder in imagenet.folders] == ["English springer", "Afghan hound"]
    assert imagenet.pairs.sources == ["English springer"]
    assert imagenet.pairs.targets == ["Afghan hound"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"images": "folders"}, "folders must be given where images is folders"),
        ({"folders": [{"folder": "a", "label": "b"}]}, "must be empty where it is shipped"),
        (
            {"images": "folders", "folders": [{"folder": "a"}]},
            r"folders\.0: must have either label, the class",
        ),
        ({"images": "folders", "folders": [{"foldr": "a"}]}, "unknown key, did you mean 'folder'"),
        ({"images": "web"}, "images: must be 'shipped' or 'folders'"),
        ({"pairs": {"named": [["a", "b", "c"]]}}, r"named\.0: must have 2 entries, got 3"),
        ({"pairs": {"named": [["a"]] * 2}}, "must not repeat a first image"),
        ({"pairs": {"named": [[str(i)] for i in range(5)]}}, "must have at most 4 entries"),
        ({"pairs": {"max_pairs": 0}}, "max_pairs: must be ≥ 1, got 0"),
        ({"max_gradients": 20}, "max_gradients must be ≥ 2 gammas - 1 = 21"),
        ({"crop": 1.5}, "crop: must be ≤ 1"),
        ({"classifier": {"weights_sha256": "abc"}}, "weights_sha256"),
        ({"jobs": 0}, "jobs: must be ≥ 1"),
    ],
)
def test_what_cannot_be_is_refused(given, told):
    with pytest.raises(ConfigError, match=told):
        settings("imagenet", **given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"attacks": [DDN | {"attack": "dnn"}]},
            "mnist.attacks.0: there is no attack 'dnn', did you mean 'ddn'?",
        ),
        (
            {"attacks": [DDN, DDN | {"criterion": "argmax", "stps": 3}]},
            "mnist.attacks.1: stps is no parameter of ddn, did you mean 'steps'?",
        ),
        (
            {"attacks": [{"attack": "fast_l2", "criterion": "pair", "box": False, "steps": 3}]},
            "mnist.attacks.0: steps is no parameter of fast_l2, which takes none",
        ),
        (
            {"attacks": [DDN | {"steps": "many"}]},
            "mnist.attacks.0: steps: must be a whole number, got 'many'",
        ),
        (
            {"attacks": [DDN | {"criterion": "pear"}]},
            "mnist.attacks.0.criterion: must be 'pair', 'argmax' or 'target', got 'pear'",
        ),
        (
            {"attacks": [DDN, DDN | {"box": [False, True]}]},
            "mnist.attacks: must not hold the same attack, criterion and box twice, got ddn, pair,"
            " true",
        ),
        ({"attacks": []}, "mnist.attacks: must not be empty"),
        (
            {"attacks": ["foolbox:DDN"]},
            "mnist.attacks.0: foolbox has no attack 'DDN', did you mean 'DDNAttack'?",
        ),
        (
            {"attacks": [{"attack": "foolbox:DDNAttack", "step": 3}]},
            "mnist.attacks.0: step is no parameter of foolbox:DDNAttack, did you mean 'steps'?",
        ),
        ({"attacks": ["foolbox:L2PGD"]}, "mnist.attacks.0: foolbox:L2PGD needs epsilon"),
        (
            {"attacks": ["gone.py:pgd"]},
            "mnist.attacks.0: there is no file gone.py; its path is relative to the working",
        ),
        (
            {"measures": ["factor"]},
            "mnist.measures: there is no measure 'factor', did you mean 'factors'?",
        ),
        (
            {"pairs": {"kind": "blockd"}},
            "mnist.pairs: there is no pair maker 'blockd', did you mean 'blocked'?",
        ),
        ({"pairs": {"kind": "nearest"}}, "mnist.pairs: mask_height is no parameter of nearest"),
        ({"pairs": {"mask_height": 2}}, "mnist.pairs: mask_height: must be ≤ 1, got 2"),
        (
            {"classifier": {"men": 0.1}},
            "mnist.classifier: men is no parameter of mnist_cnn, did you mean 'mean'?",
        ),
    ],
)
def test_a_name_or_parameter_that_no_entry_has_is_refused_in_one_line(given, told):
    with pytest.raises(ConfigError) as error:
        settings("mnist", **given)
    assert str(error.value).startswith(f"test: images.{told}")
    assert "\n" not in str(error.value)


def test_a_parameter_without_a_default_has_to_be_given():
    base = {**BASE, "images": {**BASE["images"]}}
    classifier = {"kind": "mnist_cnn", "mean": 0.1}
    base["images"]["mnist"] = {**BASE["images"]["mnist"], "classifier": classifier}
    with pytest.raises(ConfigError, match=r"images\.mnist\.classifier: mnist_cnn needs std"):
        check_config([("base", base)])


def test_an_attack_is_made_once_for_each_value_of_its_box():
    attacks = settings("mnist", attacks=[DDN | {"box": [False, True], "steps": 3}]).scope()
    assert attacks["attacks"] == [
        {"attack": "ddn", "criterion": "pair", "box": box, "steps": 3} for box in (False, True)
    ]


def test_yamls_unquoted_exponents_are_numbers():
    attack = {"attack": "iterated", "criterion": "target", "box": True, "step": "1e-3"}
    assert settings("imagenet", attacks=[attack]).scope()["attacks"][0]["step"] == 1e-3


def test_what_a_section_names_is_found_by_module():
    mnist = settings("mnist", attacks=[DDN])
    assert mnist.modules("attacks", "measures") == [
        "fcflow.attacks.ddn",
        "fcflow.experiments.images.measures.factors",
    ]
    assert mnist.modules("classifier") == ["fcflow.experiments.images.mnist.network"]
    assert mnist.modules("pairs") == ["fcflow.experiments.images.pairing.blocked"]


def test_files_are_listed_by_network_and_job():
    imagenet, mnist = settings("imagenet", jobs=3), settings("mnist", networks=2)
    parts = imagenet.files("imagenet", "paths.parquet", of_parts=True)
    assert parts[2] == "results/imagenet/network0/part2/paths.parquet"
    assert mnist.files("mnist", "pairs.parquet")[1] == "results/mnist/network1/pairs.parquet"


def test_only_files_that_are_there_are_inputs(tmp_path):
    (tmp_path / "dogs").mkdir()
    (tmp_path / "dogs" / "a.jpg").write_bytes(b"")
    folders = [{"folder": str(tmp_path / name), "label": "0"} for name in ("dogs", "cats")]
    missing = {"weights": str(tmp_path / "none.pth")}
    own = settings("imagenet", images="folders", folders=folders, classifier=missing)
    assert own.user_files() == [str(tmp_path / "dogs" / "a.jpg")]
    assert settings("imagenet").user_files() == []
    (tmp_path / "some.pth").write_bytes(b"")
    own = settings("imagenet", classifier={"weights": str(tmp_path / "some.pth")})
    assert own.network_files("imagenet", "0")["checkpoint"] == [str(tmp_path / "some.pth")]


def test_an_attack_s_name_alone_is_the_attack_on_the_pair_within_the_box():
    short = settings("mnist", attacks=["ddn", "foolbox:DDNAttack"])
    assert [choice.variants() for choice in short.attacks] == [
        [{"attack": name, "criterion": "pair", "box": True}]
        for name in ("ddn", "foolbox:DDNAttack")
    ]


def test_a_library_that_keeps_the_box_is_not_asked_to_leave_it(monkeypatch):
    entry = Entry("torchattacks:CW", "fcflow.attacks.others", "f", {"boxed": True}, {}, {})
    monkeypatch.setattr(base_settings, "attack_entry", lambda name: entry)
    AttackChoice.model_validate("torchattacks:CW")
    with pytest.raises(ValueError, match=r"keeps pixels in \[0, 1\]: its box must be true"):
        AttackChoice.model_validate({"attack": "torchattacks:CW", "box": [True, False]})
