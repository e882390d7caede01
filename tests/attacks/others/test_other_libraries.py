"""Attacks of other libraries, beside our own of the same kind and beside the truth."""

import pytest
import torch
from torch import nn

from fcflow.attacks.others.libraries import LIBRARIES
from fcflow.attacks.registry import load_attack
from fcflow.errors import InputError, InputWarning

UNIT = (0.0, 1.0)
DDN = ["foolbox:DDNAttack", "advlib:ddn"]
OTHERS = [
    ("foolbox:L2DeepFoolAttack", {}),
    ("torchattacks:DeepFool", {}),
    ("torchattacks:PGDL2", {"eps": 2.0, "steps": 40}),
    ("advlib:sdf", {}),
]


def attack(name):
    package = LIBRARIES[name.partition(":")[0]].package
    pytest.importorskip(package, reason=f"{package} is not installed")
    return load_attack(name).run


@pytest.fixture(scope="module")
def case():
    """Return a small network, images [4, 1, 5, 5] in [0, 1], and their two likeliest classes."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(25, 20), nn.ReLU(), nn.Linear(20, 4)).eval()
    x = torch.rand(4, 1, 5, 5)
    source, target = model(x).argsort(dim=1, descending=True)[:, :2].unbind(dim=1)
    return model, x, source, target


@pytest.mark.parametrize("name", DDN)
def test_ddn_finds_what_the_least_perturbation_is(case, name):
    run, least = attack(name), load_attack("minimal").run(*case, bounds=UNIT)
    found = run(*case, bounds=UNIT, steps=100)
    assert found.success.all()
    assert ((found.norm / least.norm - 1).abs() < 0.03).all()
    assert found.n_backward.tolist() == [100] * 4


@pytest.mark.parametrize("criterion", ["pair", "argmax", "target"])
def test_foolbox_s_ddn_is_the_one_that_is_ours_by_its_own_name(case, criterion):
    ours = load_attack("ddn").run(*case, bounds=UNIT, criterion=criterion, steps=30)
    found = attack("foolbox:DDNAttack")(*case, bounds=UNIT, criterion=criterion, steps=30)
    torch.testing.assert_close(found.norm, ours.norm, rtol=1e-3, atol=0.0)


@pytest.mark.parametrize(("name", "own"), OTHERS)
@pytest.mark.parametrize("criterion", ["pair", "argmax"])
@pytest.mark.filterwarnings("ignore")
def test_what_is_found_is_as_the_model_itself_says(case, name, own, criterion):
    model, x, source, target = case
    found = attack(name)(*case, bounds=UNIT, criterion=criterion, **own)
    logits, rows = model(x + found.delta), torch.arange(len(x))
    other = logits[rows, target]
    if criterion == "argmax":
        other = logits.scatter(1, source[:, None], -torch.inf).amax(dim=1)
    assert ((other > logits[rows, source]) == found.success).all()
    assert found.success.any()
    assert ((x + found.delta >= 0) & (x + found.delta <= 1)).all()
    assert found.norm[found.success].tolist() == pytest.approx(
        found.delta.double().flatten(1).norm(dim=1)[found.success].tolist()
    )


def test_an_attack_of_a_given_size_takes_it(case):
    found = attack("foolbox:L2PGD")(*case, bounds=UNIT, epsilon=3.0)
    assert found.success.any()
    assert (found.norm[found.success] < 3.0 * 1.001).all()


def test_what_a_library_does_not_support_is_a_reason(case):
    with pytest.warns(InputWarning, match="Targeted mode is not supported"):
        found = attack("torchattacks:DeepFool")(*case, bounds=UNIT, criterion="target")
    assert not found.success.any()


def test_bounds_that_a_library_does_not_take_are_refused(case):
    low = torch.zeros(1, 5, 5)
    with pytest.raises(InputError, match="bounds must be two numbers"):
        attack("foolbox:DDNAttack")(*case, bounds=(low, low + 1))
    with pytest.raises(InputError, match=r"its bounds must be \(0, 1\)"):
        attack("torchattacks:PGDL2")(*case, bounds=None)


def test_an_attack_that_cannot_be_made_is_told_in_one_line(case):
    with pytest.raises(InputError, match="foolbox:L2DeepFoolAttack cannot be made"):
        attack("foolbox:L2DeepFoolAttack")(*case, bounds=UNIT, step=0)


def test_without_bounds_foolbox_s_own_are_out_of_reach(case):
    free = attack("foolbox:DDNAttack")(*case, steps=100)
    ours = load_attack("ddn").run(*case, steps=100)
    torch.testing.assert_close(free.norm, ours.norm, rtol=1e-3, atol=0.0)
    assert ((case[1] + free.delta < 0) | (case[1] + free.delta > 1)).any()
