"""What the section refuses, and what its studies' steps are called with."""

from pathlib import Path

import pytest
import yaml

from fcflow.config.load import read_config
from fcflow.errors import ConfigError

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def configured(tmp_path):
    """Return a function that reads the default configuration with some of the section's keys."""

    def read(**keys):
        own = tmp_path / "own.yaml"
        own.write_text(yaml.safe_dump({"dimension": keys}), encoding="utf-8")
        return read_config([CONFIG / "config.yaml", own]).dimension

    return read


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"studies": {"linear": {"depth": 2}}}, "identity has one hidden layer, got depth: 2"),
        ({"studies": {"linear": {"dims": [4, 4]}}}, "must not repeat a value"),
        ({"studies": {"one_layer": {"steps": 10}}}, "steps must be ≥ first_check = 64, got 10"),
        ({"studies": {"linear": None}}, "studies must hold linear"),
        ({"tolerance": 0}, "dimension.tolerance: must be > 0"),
        ({"beyond": 0.5}, "dimension.beyond: must be ≥ 1"),
        ({"studies": {"linear": {"activation": "gelu"}}}, "must be 'identity' or 'relu'"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_line(configured, keys, told):
    with pytest.raises(ConfigError, match="dimension") as error:
        configured(**keys)
    assert told in str(error.value)


def test_a_study_goes_before_the_section_where_it_says_something(configured):
    study = {"activation": "relu", "dims": [6], "runs": 2, "steps": 128, "learning_rate": 0.5}
    section = configured(batch_size=77, studies={"mine": study})
    values = section.scope(study="mine", setting="d6")
    assert (values["d"], values["learning_rate"], values["batch_size"]) == (6, 0.5, 77)
    assert values["hidden"] == section.hidden
    assert "results/dimension/mine/d6/runs.parquet" in section.paths("runs.parquet")
    assert {"study": "mine", "setting": "d6"} in section.known_wildcards()


def test_the_large_configuration_goes_on_where_the_default_ends():
    usual = read_config([CONFIG / "config.yaml"]).dimension
    large = read_config([CONFIG / "config.yaml", CONFIG / "large.yaml"]).dimension
    for name, study in usual.studies.items():
        assert max(large.studies[name].dims) > max(study.dims)
        assert large.studies[name].runs > study.runs
        assert large.studies[name].steps > study.steps
    assert max(large.studies["linear"].dims) == 512
    assert large.values("two_layers")["hidden"] == 3000
