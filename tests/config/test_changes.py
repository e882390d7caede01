"""What differs from the shipped configuration, and makes the same one again."""

from pathlib import Path

import yaml

from fcflow.config.changes import changed_keys
from fcflow.config.load import check_config, merge, read_yaml
from fcflow.site.used import used_configuration

CONFIG = Path(__file__).parents[2] / "config"
BASE = read_yaml(CONFIG / "config.yaml")


def configured(*parts):
    return check_config([("base", BASE), *(("part", part) for part in parts)])


def test_the_shipped_configuration_has_no_changes():
    assert changed_keys(configured(), configured()) == {}


def test_where_something_runs_or_lies_is_no_change():
    elsewhere = {"device": "cpu", "vulnerability": {"networks": {"folder": "elsewhere"}}}
    assert changed_keys(configured(elsewhere), configured()) == {}


def test_a_changed_key_stands_beside_its_value_as_shipped():
    changes = changed_keys(configured({"linear": {"hidden": 7}}), configured())
    assert changes == {"linear.hidden": [BASE["linear"]["hidden"], 7]}


def test_the_changes_as_a_file_make_the_same_configuration():
    quick = read_yaml(CONFIG / "quick.yaml")
    own = {"linear": {"studies": {"wide": {"dims": [3], "runs": 2}, "dimension_high": None}}}
    used = configured(quick, own)
    again = yaml.safe_load(used_configuration(changed_keys(used, configured())))
    assert configured(merge(again)) == used
