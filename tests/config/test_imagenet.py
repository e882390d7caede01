from pathlib import Path

import pytest
import yaml

from fcflow.config.imagenet_plan import ImagenetPlan
from fcflow.config.load import check_config, read_config
from fcflow.errors import ConfigError

CONFIG = Path(__file__).parents[2] / "config"
BASE = yaml.safe_load((CONFIG / "config.yaml").read_text(encoding="utf-8"))


def plan(**imagenet):
    return ImagenetPlan(check_config([("base", BASE), ("test", {"imagenet": imagenet})]).imagenet)


def test_the_papers_own_setup_is_written_out():
    imagenet = read_config([CONFIG / "config.yaml", CONFIG / "imagenet-paper.yaml"]).imagenet
    assert imagenet.model == "inception_resnet_v2"
    assert [folder.label for folder in imagenet.folders] == ["English springer", "Afghan hound"]
    assert imagenet.sources == ["English springer"]
    assert imagenet.targets == ["Afghan hound"]


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
        ({"shown_pairs": [["a", "b", "c"]]}, r"shown_pairs\.0: must have 2 entries, got 3"),
        ({"shown_pairs": [["a"]] * 2}, "must not repeat a first image"),
        ({"shown_pairs": [[str(i)] for i in range(5)]}, "must have at most 4 entries"),
        ({"max_gradients": 20}, "max_gradients must be ≥ 2 gammas - 1 = 21"),
        ({"crop": 1.5}, "crop: must be ≤ 1"),
        ({"weights_sha256": "abc"}, "weights_sha256"),
        ({"jobs": 0}, "jobs: must be ≥ 1"),
    ],
)
def test_what_cannot_be_is_refused(given, told):
    with pytest.raises(ConfigError, match=told):
        plan(**given)


def test_each_step_reads_its_own_keys():
    usual, other = plan(), plan(ddn_steps=3)
    assert usual.prepare() == other.prepare()
    assert usual.probe("0") == other.probe("0")
    assert usual.attack("0") != other.attack("0")
    assert plan(gammas=5).attack("1") == usual.attack("1")
    assert plan(jobs=3).files("paths.parquet")[2] == "results/imagenet/part2/paths.parquet"


def test_only_files_that_are_there_are_inputs(tmp_path):
    (tmp_path / "dogs").mkdir()
    (tmp_path / "dogs" / "a.jpg").write_bytes(b"")
    folders = [{"folder": str(tmp_path / name), "label": "0"} for name in ("dogs", "cats")]
    found = plan(images="folders", folders=folders, weights=str(tmp_path / "none.pth")).inputs()
    assert found == [str(tmp_path / "dogs" / "a.jpg")]
    assert plan().inputs() == []
