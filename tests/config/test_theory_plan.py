from pathlib import Path

import pytest
import yaml

from fcflow.config.load import check_config
from fcflow.config.theory_plan import TheoryPlan

BASE = yaml.safe_load(
    (Path(__file__).parents[2] / "config" / "config.yaml").read_text(encoding="utf-8")
)
STATEMENTS = (
    "theorem1",
    "lemma2",
    "lemma3",
    "theorem4",
    "theorem5",
    "theorem6",
    "theorem7",
    "figure1",
)


def plan(**theory):
    config = check_config([("base", BASE), ("test", {"theory": theory})])
    return TheoryPlan(config.theory, config.seed)


@pytest.mark.parametrize("name", [name for name in STATEMENTS if name != "lemma2"])
def test_everything_that_is_drawn_depends_on_the_seed(name):
    assert plan().simulate(name)["seed"] == BASE["seed"]


def test_what_is_computed_depends_on_no_seed():
    assert set(plan().simulate("lemma2")) == {"dims", "alphas"}


def test_keys_reach_only_the_steps_that_read_them():
    changed = plan(theorem1={"epsilons": [0.4]}, theorem7={"epsilons": [1, 0.1], "alphas": [0.2]})
    for name in STATEMENTS:
        assert changed.simulate(name) == plan().simulate(name)
    assert changed.first_order() == {"alphas": [0.2], "epsilons": [1, 0.1]}
