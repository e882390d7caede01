"""Which part of the configuration reaches which step."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from tests.workflow.conftest import merged

from fcflow.workflow import Workflow

ROOT = Path(__file__).parents[3]
BASE = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
DRAWN = ("theorem1", "lemma3", "theorem4", "theorem5", "theorem6", "theorem7")


def parts(**theory):
    """Return the part of the configuration that each step takes, by the name of what it makes."""
    plan = Workflow(merged(BASE, {"theory": theory}), [], lambda file: ROOT / file)
    simulate, table = (
        plan.declared(rule, kind)["config"]
        for rule, kind in (("simulate_statement", "simulation"), ("make_table", "table"))
    )
    names = [SimpleNamespace(name=name) for name in (*DRAWN, "lemma2")]
    steps = {wildcards.name: simulate(wildcards) for wildcards in names}
    steps |= {f"table of {wildcards.name}": table(wildcards) for wildcards in names}
    for rule, section in (
        ("train_example", "figure1"),
        ("check_first_order", "theorem7"),
        ("check_linear_paths", "section5"),
    ):
        steps[rule] = plan.step(rule, f"theory.{section}")["config"]({})
    return {name: json.loads(text) for name, text in steps.items()}


@pytest.fixture(scope="module")
def base():
    return parts()


@pytest.mark.parametrize("name", [*DRAWN, "train_example"])
def test_everything_that_is_drawn_depends_on_the_seed(name, base):
    assert base[name]["seed"] == BASE["seed"]


def test_what_is_computed_depends_on_no_seed(base):
    assert set(base["lemma2"]) == {"dims", "alphas"}
    assert base["check_linear_paths"] == {}


def test_keys_reach_only_the_steps_that_read_them(base):
    changed = parts(theorem1={"epsilons": [0.4]}, theorem7={"epsilons": [1, 0.1], "alphas": [0.2]})
    assert {name for name in base if changed[name] != base[name]} == {
        "table of theorem1",
        "check_first_order",
    }
    assert changed["table of theorem1"]["epsilons"] == [0.4]
    assert changed["check_first_order"] == {"alphas": [0.2], "epsilons": [1, 0.1]}
