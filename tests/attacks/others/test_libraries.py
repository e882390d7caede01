import inspect
import subprocess
import sys

import foolbox
import pytest

from fcflow.attacks.others.libraries import LIBRARIES, library_entry
from fcflow.attacks.registry import attack_label, attack_parameters, load_attack
from fcflow.errors import InputError


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("foolbox:DDNAttack", {"init_epsilon": True, "steps": True, "gamma": True}),
        # A short name, and a class that takes its arguments from the one below it.
        ("foolbox:FGM", {"epsilon": False, "random_start": True}),
        (
            "foolbox:L2DeepFoolAttack",
            {"steps": True, "candidates": True, "overshoot": True, "loss": True},
        ),
    ],
)
def test_parameters_are_those_of_the_library_s_class(name, parameters):
    assert attack_parameters(name) == parameters


def test_every_attack_that_foolbox_exports_has_its_own_parameters():
    for name in vars(foolbox.attacks):
        found = getattr(foolbox.attacks, name)
        if not (inspect.isclass(found) and issubclass(found, foolbox.attacks.Attack)):
            continue
        if inspect.isabstract(found):
            continue
        expected = set(inspect.signature(found).parameters) - {"args", "kwargs"}
        sized = issubclass(found, foolbox.attacks.base.FixedEpsilonAttack)
        assert set(attack_parameters(f"foolbox:{name}")) == expected | (
            {"epsilon"} if sized else set()
        )


def test_nothing_of_a_library_is_imported_to_know_its_attacks():
    code = (
        "import sys; from fcflow.attacks.registry import attack_parameters as p;"
        " p('foolbox:DDNAttack'); print('foolbox' in sys.modules, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_an_attack_that_a_library_lacks_is_refused_with_one_like_it():
    with pytest.raises(InputError, match=r"foolbox has no attack 'DDN', did you mean 'DDNAttack'"):
        load_attack("foolbox:DDN")


def test_a_library_that_is_not_installed_is_named_with_what_brings_it(monkeypatch):
    monkeypatch.setattr("fcflow.attacks.others.libraries.find_spec", lambda package: None)
    for prefix, library in LIBRARIES.items():
        with pytest.raises(InputError) as error:
            library_entry(f"{prefix}:any")
        assert library.install in str(error.value)
        assert "\n" not in str(error.value)


def test_tables_call_an_attack_by_its_name_wherever_it_can_be_run():
    assert attack_label("torchattacks:PGDL2") == "PGDL2 (torchattacks)"
    assert attack_label("gone/my.py:pgd") == "pgd (my.py)"
