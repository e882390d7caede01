"""What a study may say, and what is refused in one clear line."""

from pathlib import Path

import pytest
import yaml

from fcflow.config.load import read_config
from fcflow.errors import ConfigError

BASE = Path(__file__).parents[3] / "config" / "config.yaml"


def read(tmp_path, **keys):
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump({"ablations": keys}), encoding="utf-8")
    return read_config([BASE, own]).ablations


def test_a_study_of_ones_own_needs_its_number_of_networks_alone(tmp_path):
    section = read(tmp_path, studies={"mine": {"runs": 2}})
    assert section.scope("mine")["methods"] == {"plain": [0.0]}
    assert section.sweep("mine")["activations"] == ["relu"]
    assert "results/ablations/mine/networks.parquet" in section.paths("networks.parquet")


def test_a_study_goes_before_the_section(tmp_path):
    section = read(
        tmp_path, learning_rate=0.5, studies={"mine": {"runs": 1, "dims": [4, 5], "steps": 7}}
    )
    scope = section.scope("mine")
    assert scope["sweep"]["dims"] == [4, 5]
    assert (scope["steps"], scope["learning_rate"]) == (7, 0.5)
    assert section.scope("depth")["steps"] == section.steps


@pytest.mark.parametrize(
    ("study", "told"),
    [
        ({"runs": 1, "entries": ["cauchy"]}, "studies.mine.entries"),
        ({"runs": 1, "activations": ["relu", "relu"]}, "must not repeat a value"),
        ({"runs": 1, "methods": {"plain": [0.1]}}, "plain has the strength 0 alone"),
        ({"runs": 1, "methods": {"penalty": [0]}}, "penalty needs strengths above 0"),
        ({"runs": 1, "methods": {"penalty": [0.1, 0.1]}}, "penalty must not repeat a strength"),
        ({"runs": 1, "steps": 5, "checkpoints": [5]}, "checkpoints must come before the last"),
        ({"runs": 1, "checkpoints": [10**6]}, "checkpoints must come before the last"),
        ({"runs": 1, "dims": [1], "entries": ["sparse"]}, "sparse entries need d ≥ 2"),
        ({"runs": 1, "activation": "relu"}, "did you mean 'activations'"),
        ({}, "runs: is missing"),
    ],
)
def test_a_wrong_study_is_told_in_a_line(tmp_path, study, told):
    with pytest.raises(ConfigError) as error:
        read(tmp_path, studies={"mine": study})
    lines = str(error.value).splitlines()
    assert len(lines) == 1
    assert "own.yaml: ablations" in lines[0]
    assert told in lines[0]


def test_the_questions_need_their_studies(tmp_path):
    with pytest.raises(ConfigError, match="studies must hold robust"):
        read(tmp_path, studies={"robust": None})
