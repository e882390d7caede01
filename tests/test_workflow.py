"""The configuration of one run, however the workflow is started."""

from pathlib import Path

import pytest
import yaml

from fcflow.errors import ConfigError
from fcflow.workflow import Workflow

ROOT = Path(__file__).parents[1]
BASE = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))


def source(path):
    return ROOT / path


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Return a function that writes a file where Snakemake runs, and its path."""
    monkeypatch.chdir(tmp_path)

    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_what_a_configuration_lacks_is_as_in_the_shipped_one():
    plan = Workflow({"linear": {"hidden": 7}}, [], source, "config of the module fcflow")
    assert plan.config.linear.hidden == 7
    assert plan.config.seed == BASE["seed"]


def test_a_fault_of_a_module_is_told_as_the_modules(files):
    own = files("own.yaml", "fcflow: {sed: 3}\nother: yes")  # about more than this workflow
    with pytest.raises(ConfigError, match=r"^config of the module fcflow: sed: unknown key"):
        Workflow({"sed": 3}, [own], source, "config of the module fcflow")


def test_a_file_that_a_module_is_given_whole_is_named(files):
    own = files("own.yaml", "sed: 3")
    gone = Path("another.yaml")  # read before a workdir: changed the folder
    with pytest.raises(ConfigError, match=r"^own\.yaml: sed: unknown key"):
        Workflow({"sed": 3}, [own, gone], source, "config of the module fcflow")


def test_of_a_file_that_sets_a_value_last_the_name_is_told(files):
    own, mine = files("own.yaml", "seed: 2"), files("mine.yaml", "seed: -1")
    with pytest.raises(ConfigError, match=r"^mine\.yaml: seed: must be"):
        Workflow({**BASE, "seed": -1}, [mine, own, source("config/config.yaml"), mine], source)


def test_a_key_given_twice_is_refused_where_snakemake_has_lost_one(files):
    mine = files("mine.yaml", "seed: 1\nseed: 2")
    with pytest.raises(ConfigError, match=r"^mine\.yaml: line 2: the key 'seed' is given in line"):
        Workflow({**BASE, "seed": 2}, [mine], source)


def test_nested_values_on_the_command_line_which_are_text_to_snakemake_are_read_as_yaml():
    given = {"batch_size": "3", "learning_rate": "1e-2", "points": "sample"}
    given["studies"] = {"wide": {"dims": ["3", "4"], "runs": "2"}, "dimension_high": "null"}
    linear = Workflow({**BASE, "linear": {**BASE["linear"], **given}}, [], source).config.linear
    assert (linear.batch_size, linear.learning_rate, linear.points) == (3, 0.01, "sample")
    assert linear.studies["wide"].dims == [3, 4]
    assert "dimension_high" not in linear.studies


def test_a_nested_value_on_the_command_line_that_yaml_would_read_otherwise_is_refused():
    with pytest.raises(ConfigError, match=r"--config: linear\.hidden: line 1: 016 would be read"):
        Workflow({**BASE, "linear": {**BASE["linear"], "hidden": "016"}}, [], source)


def test_a_user_s_attack_is_part_of_what_the_steps_that_run_it_are_made_from(files):
    files("beside.py", "STEPS = 3")
    mine = files("my_attacks.py", "import beside\ndef pgd(model, x, source, target, bounds): ...")
    attacks = ["fast_l2", "my_attacks.py:pgd"]
    images = {**BASE["images"], "mnist": {**BASE["images"]["mnist"], "attacks": attacks}}

    def own(rule, loads, experiment="mnist"):
        plan = Workflow({**BASE, "images": images}, [], source)
        code = plan.step(rule, "images.{experiment}", loads=loads).get("code_own")
        return code({"experiment": experiment}) if code else ""

    attacked = "attack_images", ["classifier", "attacks"]
    first = own(*attacked)
    assert "my_attacks.py " in first
    assert "beside.py " in first
    assert own(*attacked, "imagenet") == ""
    assert own("probe_images", ["classifier", "measures"]) == ""
    mine.write_text(mine.read_text() + "  # a comment", encoding="utf-8")
    assert own(*attacked) == first
    files("beside.py", "STEPS = 4")
    assert own(*attacked) not in (first, "")


@pytest.mark.parametrize(("attack", "reached"), [("ddn", False), ("foolbox:DDNAttack", True)])
def test_how_others_attacks_are_judged_is_of_those_who_name_one(attack, reached):
    images = {**BASE["images"], "mnist": {**BASE["images"]["mnist"], "attacks": [attack]}}
    plan = Workflow({**BASE, "images": images}, [], source)
    code = plan.step("attack_images", "images.{experiment}", loads=["classifier", "attacks"])
    own = code["code_attacks"]({"experiment": "mnist"})
    assert ("fcflow.attacks.others.judged" in own) is reached
