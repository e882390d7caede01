"""What a study's settings are, where their files lie, and what each step depends on."""

from pathlib import Path

import pytest
import yaml

from fcflow.config.load import check_config

BASE = yaml.safe_load(
    (Path(__file__).parents[3] / "config" / "config.yaml").read_text(encoding="utf-8")
)


def linear(**keys):
    return check_config([("base", BASE), ("test", {"linear": keys})]).linear


def test_lists_are_swept_in_every_combination():
    sweep = {
        "dims": [3, 4],
        "hidden": [8, 16],
        "batch_sizes": [2],
        "column_scales": [1, 0.5],
        "runs": 2,
    }
    settings = linear(studies={"mine": sweep}).settings("mine")
    assert len({(s.data, s.net) for s in settings}) == 8
    assert {s.data for s in settings} == {"d3-s1", "d3-s0.5", "d4-s1", "d4-s0.5"}


def test_keys_left_out_of_a_study_are_the_experiments():
    keys = linear(epochs=7)
    scope = keys.scope("table1", "d12-s5", "m3000-b64")
    assert scope["epochs"] == 7
    assert scope["stop_when_perfect"] is False
    assert keys.scope("dimension_longer", "d24-s5", "m3000-b64")["epochs"] == 400


def test_sizes_are_those_of_the_setting():
    scope = linear().scope("batch_size", "d12-s5", "m3000-b256", experiment="linear")
    assert (scope["d"], scope["hidden"], scope["batch_size"]) == (12, 3000, 256)
    assert (scope["column_scale"], scope["runs"], scope["valid_runs"]) == (5.0, 50, None)
    relu = check_config([("base", BASE)]).relu.scope("depth", "d12-s5", "l3-m128-b64")
    assert (relu["depth"], relu["hidden"], relu["runs"]) == (3, 128, 200)


def test_what_is_made_from_all_studies_knows_how_many_valid_runs_each_asks_for():
    scope = linear().scope()
    assert scope["cos_theta2_threshold"] == 0.9
    assert (scope["wanted"]["table1"], scope["wanted"]["table2"]) == (10, None)


@pytest.mark.parametrize(
    ("points", "d", "sample"),
    [("auto", 16, None), ("auto", 24, 4096), ("sample", 4, 4096), ("enumerate", 14, None)],
)
def test_points_are_enumerated_up_to_the_limit(points, d, sample):
    study = {"dims": [d], "runs": 1, "points": points}
    assert linear(studies={"mine": study}).scope("mine", f"d{d}-s5")["sample"] == sample


def test_networks_of_one_study_share_their_data():
    paths = linear().paths("matrices.safetensors", "batch_size")
    assert paths == ["results/linear/batch_size/d12-s5/matrices.safetensors"] * 4


def test_the_number_of_points_reaches_only_the_settings_that_are_sampled():
    few, many = linear(max_points=10), linear(max_points=20)
    for data, sample in (("d12-s5", (None, None)), ("d32-s5", (10, 20))):
        assert tuple(keys.scope("dimension", data)["sample"] for keys in (few, many)) == sample
