from pathlib import Path

import pytest
import yaml

from fcflow.config.load import check_config
from fcflow.config.plan import LinearPlan

BASE = yaml.safe_load(
    (Path(__file__).parents[2] / "config" / "config.yaml").read_text(encoding="utf-8")
)


def plan(**linear):
    config = check_config([("base", BASE), ("test", {"linear": linear})])
    return LinearPlan("linear", config.linear, config.seed)


def test_lists_are_swept_in_every_combination():
    sweep = {
        "dims": [3, 4],
        "hidden": [8, 16],
        "batch_sizes": [2],
        "column_scales": [1, 0.5],
        "runs": 2,
    }
    settings = plan(studies={"mine": sweep}).study("mine")
    assert len({(s.data, s.net) for s in settings}) == 8
    assert {s.data for s in settings} == {"d3-s1", "d3-s0.5", "d4-s1", "d4-s0.5"}


def test_keys_left_out_of_a_study_are_the_experiments():
    found = plan(epochs=7).train("table1", "d12-s5", "m3000-b64")
    assert found["epochs"] == 7
    assert found["stop_when_perfect"] is False
    assert plan(epochs=7).train("dimension_longer", "d24-s5", "m3000-b64")["epochs"] == 400


@pytest.mark.parametrize(
    ("points", "d", "sample"),
    [("auto", 16, None), ("auto", 24, 4096), ("sample", 4, 4096), ("enumerate", 14, None)],
)
def test_points_are_enumerated_up_to_the_limit(points, d, sample):
    study = {"dims": [d], "runs": 1, "points": points}
    assert plan(studies={"mine": study}).generate("mine", f"d{d}-s5")["sample"] == sample


def test_networks_of_one_study_share_their_data():
    files = plan().files("matrices.safetensors", "batch_size")
    assert files == ["results/linear/batch_size/d12-s5/matrices.safetensors"] * 4


def test_the_number_of_points_reaches_only_the_settings_that_are_sampled():
    few, many = plan(max_points=10), plan(max_points=20)
    assert few.generate("dimension", "d12-s5") == many.generate("dimension", "d12-s5")
    assert few.generate("dimension", "d32-s5") != many.generate("dimension", "d32-s5")
