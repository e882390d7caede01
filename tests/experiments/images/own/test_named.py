"""A section with a name of the user's own: its keys, their values, and what is refused."""

from pathlib import Path

import pytest
import yaml

from fcflow.config.changes import changed_keys
from fcflow.config.keys import configuration_keys
from fcflow.config.load import check_config
from fcflow.config.models import named_sections
from fcflow.errors import ConfigError
from fcflow.site.used import used_configuration

BASE = yaml.safe_load(
    (Path(__file__).parents[4] / "config" / "config.yaml").read_text(encoding="utf-8")
)
LEAST = {"model": {"factory": "my_models.py:dense"}, "data": {"folder": "digits"}}


def config(section, name="mine"):
    return check_config([("base", BASE), ("my.yaml", {"images": {name: section}})])


def mine(**keys):
    return config(LEAST | keys).images.mine


def test_a_model_and_data_are_enough(folder):
    whole = config(LEAST)
    assert named_sections(whole) == ["mine"]
    section = whole.images.mine
    scope = section.scope()
    assert scope["classifier"] == {"kind": "factory", "factory": "my_models.py:dense"}
    assert scope["pairs"] == {"kind": "nearest"}
    assert [way["attack"] for way in scope["attacks"]] == ["minimal", "ddn", "fast_l2"]
    assert all(way["box"] and way["criterion"] == "pair" for way in scope["attacks"])
    assert scope["bounds"] == [0.0, 1.0]


def test_the_normalisation_is_the_classifiers_and_not_the_datas(folder):
    keys = {"data": LEAST["data"] | {"mean": [0.1, 0.2, 0.3], "std": 1}}
    scope = mine(**keys).scope()
    assert scope["classifier"]["mean"] == [0.1, 0.2, 0.3]
    assert {"mean", "std"}.isdisjoint(scope["data"])


def test_what_is_no_picture_has_no_box_unless_bounds_are_given(folder):
    section = mine(data={"parquet": "a.parquet"})
    assert [way["box"] for way in section.scope()["attacks"]] == [False] * 3
    assert section.scope()["bounds"] is None
    section = mine(data={"parquet": "a.parquet", "bounds": [-3, 3]})
    assert [way["box"] for way in section.scope()["attacks"]] == [True] * 3
    assert section.scope()["bounds"] == [-3, 3]
    assert mine(data={"npz": "a.npz", "bounds": "none"}).scope()["bounds"] is None


def test_functions_of_ones_own_are_named_by_the_keys_that_use_them(folder):
    section = mine(
        pairs={"kind": "my_pairs.py:neighbours", "most": 2},
        measures=["factors", "my_measures.py:largest"],
    )
    assert section.user_functions("classifier") == ["my_models.py:dense"]
    assert section.user_functions("pairs", "attacks") == ["my_pairs.py:neighbours"]
    assert section.user_functions("measures") == ["my_measures.py:largest"]
    assert mine(pairs="my_pairs.py:neighbours").pairs.kind == "my_pairs.py:neighbours"


def test_nothing_of_a_file_is_run_to_check_a_configuration(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    text = (
        "open('ran', 'w')\n"
        "def pairs(inputs, labels, predicted, *, most: open('ran', 'w') = 3):\n    return []\n"
    )
    Path("harmful.py").write_text(text, encoding="utf-8")
    keys = {"model": {"factory": "harmful.py:pairs"}, "pairs": {"kind": "harmful.py:pairs"}}
    mine(**keys, measures=["harmful.py:pairs"])
    mine(**(keys | {"pairs": {"kind": "harmful.py:pairs", "most": "anything"}}))
    assert not Path("ran").exists()


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"model": {"weights": "a"}}, "model: must have one of factory, timm, torchvision"),
        ({"model": {"factory": "a.py:b", "timm": "c"}}, "got factory and timm"),
        (
            {"model": {"factory": "a.py:b", "wieghts": "c"}},
            "wieghts is no parameter of factory, did you mean 'weights'?",
        ),
        ({"model": {"factory": "a.py:b", "sha256": "c"}}, "must be 64 hexadecimal digits"),
        ({"data": {"foldr": "a"}}, "data.foldr: unknown key, did you mean 'folder'?"),
        ({"data": {}}, "data: must have one of folder, npz, parquet, got none"),
        ({"data": {"folder": "a", "npz": "b"}}, "got folder and npz"),
        ({"data": {"npz": "a", "size": 8}}, "size is about the pictures of a folder"),
        ({"data": {"folder": "a", "bounds": [1, 0]}}, "bounds: must be a lower and a greater"),
        ({"pairs": {"kind": "nearst"}}, "no pair maker 'nearst', did you mean 'nearest'?"),
        ({"pairs": {"kind": "classes", "source": "cat"}}, "classes needs target"),
        ({"pairs": {"kind": "my_pairs.py:no"}}, "my_pairs.py defines no no; at its top level"),
        ({"pairs": {"kind": "no.py:f"}}, "there is no file no.py"),
        ({"pairs": {"kind": "my_pairs.py:neighbours", "mst": 1}}, "did you mean 'most'?"),
        ({"pairs": {"kind": "my_pairs.py:neighbours", "most": "a"}}, "most: must be a whole"),
        ({"measures": ["facters"]}, "no measure 'facters', did you mean 'factors'?"),
        ({"measures": ["factors", "factors"]}, "must not repeat a measure"),
        ({"attacks": ["minimall"]}, "no attack 'minimall', did you mean 'minimal'?"),
        ({"attacks": []}, "attacks: must not be empty"),
        (
            {"data": {"parquet": "a"}, "attacks": [{"attack": "ddn", "box": True}]},
            "data.bounds must be given, [least, greatest], because ddn has box: true",
        ),
        ({"data": "digits"}, "data: must be a section of keys"),
        ({"jbos": 2}, "mine.jbos: unknown key, did you mean 'jobs'?"),
        ({"networks": 2}, "networks: must be ≤ 1"),
        ({"max_gradients": 3}, "max_gradients must be ≥ 2 gammas - 1"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line_that_names_the_key(keys, told, folder):
    with pytest.raises(ConfigError) as caught:
        mine(**keys)
    lines = str(caught.value).splitlines()
    assert any(told in line for line in lines), lines
    assert all(line.startswith("my.yaml: images.mine") for line in lines)


@pytest.mark.parametrize(
    ("name", "told"),
    [("my-net", "must be a name of letters"), ("tables", "is the name of something else")],
)
def test_names_that_files_could_not_have_are_refused(name, told, folder):
    with pytest.raises(ConfigError, match=told):
        config(LEAST, name)


def test_every_key_has_a_meaning(folder):
    keys = {key.name: key.meaning for key in configuration_keys("images.<name>")}
    assert {"images.<name>.model", "images.<name>.data.folder", "images.<name>.gammas"} <= {*keys}
    assert [name for name, meaning in keys.items() if not meaning] == []


def test_the_configuration_that_is_stored_gives_the_same_section_again(folder):
    changed = changed_keys(config(LEAST), check_config([("base", BASE)]))
    again = check_config([("base", BASE), ("used", yaml.safe_load(used_configuration(changed)))])
    assert again.images.mine.scope() == config(LEAST).images.mine.scope()
