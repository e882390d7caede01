import inspect
import subprocess
import sys

import pytest

from fcflow.attacks.registry import COMMON, attack_entries, attack_parameters, load_attack
from fcflow.errors import InputError

LABELS = {
    "fast_l2": "fast gradient",
    "fast_sign": "fast gradient sign",
    "descent": "gradient descent",
    "ddn": "DDN",
    "iterated": "iterated",
    "minimal": "projection",
}


def test_every_attack_is_loaded_by_its_name_and_has_its_label():
    assert {name: load_attack(name).label for name in attack_entries()} == LABELS


@pytest.mark.parametrize("name", LABELS)
def test_attacks_differ_by_nothing_but_their_own_parameters(name):
    parameters = inspect.signature(load_attack(name).run).parameters.values()
    first = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    other = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    assert first == ["model", "x", "source", "target"]
    assert len(first) + len(other) == len(parameters)
    assert set(other) == {*COMMON, *attack_parameters(name)}


def test_parameters_are_known_without_loading():
    assert attack_parameters("fast_sign") == {}
    assert attack_parameters("descent") == {"step_share": True, "steps": True}


def test_an_unknown_name_is_refused_with_the_known_ones():
    for ask in (load_attack, attack_parameters):
        with pytest.raises(InputError, match=r"attack must be one of ddn, descent, .*, got 'none'"):
            ask("none")


def test_the_registry_needs_nothing_heavy():
    code = (
        "import sys, fcflow.attacks.registry as r; r.attack_parameters('ddn');"
        " print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
