"""A user's own attack: what is right is taken, what is wrong is told, and nothing is trusted."""

import copy
import warnings

import pytest
import torch
from torch import nn

from fcflow.attacks.registry import attack_parameters, load_attack
from fcflow.errors import InputError, InputWarning

FILE = """
import torch


def along(model, x, source, target, bounds, *, length: float, halvings: int = 20):
    x = x.requires_grad_()
    logits = model(x)
    (gradient,) = torch.autograd.grad((logits[0, target] - logits[0, source]).sum(), x)
    direction = length * gradient / gradient.norm()
    low, high = 0.0, 1.0
    for _ in range(halvings):
        middle = (low + high) / 2
        with torch.no_grad():
            logits = model(x + middle * direction)
        if logits[0, target] > logits[0, source]:
            high = middle
        else:
            low = middle
    return (x + high * direction).detach()


def nothing(model, x, source, target, bounds):
    return x


def too_little(model, x, source, target, bounds):
    return x + 1e-6


def not_a_number(model, x, source, target, bounds):
    x[0, :2] = torch.nan
    return x


def of_a_shape(model, x, source, target, bounds):
    return x[:, :2]


def none_at_all(model, x, source, target, bounds):
    pass


def outside(model, x, source, target, bounds):
    return x + 100


def raises_at_one(model, x, source, target, bounds):
    if x[0, 0] > 100:
        raise ZeroDivisionError("one point\\nis too much")
    return x + 1000 * torch.tensor([[0.0, 1.0, 0.0, 0.0, 0.0, 0.0]])


def tells_the_criterion(model, x, source, target, bounds, *, criterion):
    raise RuntimeError(f"{criterion} {bounds} {source.tolist()} {target.tolist()}")


def trains(model, x, source, target, bounds):
    model.train()
    model(x.requires_grad_()).sum().backward()
    return x + torch.rand_like(x)


def learns(model, x, source, target, bounds):
    model.train()
    model(x.repeat(4, 1) * torch.rand(4, 1))
    return -x


def writes(model, x, source, target, bounds):
    next(model.parameters()).data.add_(1)
    raise ValueError("and gives up")


def replaces(model, x, source, target, bounds):
    for part in model.modules():
        if isinstance(part, torch.nn.Linear):
            part.weight = torch.nn.Parameter(-part.weight)
    return -x
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Return a function that loads an attack of the file above by its name."""
    (tmp_path / "my_attacks.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return lambda function: load_attack(f"my_attacks.py:{function}").run


def linear():
    """Return a linear model, whose gap of classes 0 and 1 is 5 x[1], and points on its one side."""
    model = nn.Linear(6, 2, bias=False).eval()
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[0.0, -5.0, 0, 0, 0, 0], [0.0] * 6]))
    return model, -torch.rand(4, 6, generator=torch.Generator().manual_seed(0)) - 0.5


def test_what_it_finds_is_evaluated_and_counted_here(own):
    model, x = linear()
    found = own("along")(model, x, 0, 1, length=4.0)
    torch.testing.assert_close(found.norm, x[:, 1].abs().double(), rtol=1e-4, atol=0.0)
    assert bool((model(x + found.delta)[:, 0] <= model(x + found.delta)[:, 1]).all())
    assert found.success.all()
    assert found.reason == ("",) * 4
    # 21 forward by the attack, and three by us: before, after, and all points together.
    assert found.n_forward.tolist() == [24] * 4
    assert found.n_backward.tolist() == [1] * 4


def test_its_keyword_only_parameters_are_its_keys(own):
    assert attack_parameters("my_attacks.py:along") == {"length": False, "halvings": True}
    assert attack_parameters("my_attacks.py:tells_the_criterion") == {}


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("nothing", "returned the point as it was"),
        ("too_little", "returned a point that is short of 'pair' by"),
        ("not_a_number", "returned NaN or infinity in 2 of 6 coordinates"),
        ("of_a_shape", "returned the shape [1, 2], not [1, 6]"),
        ("none_at_all", "returned a NoneType, not a tensor like x"),
        ("outside", "returned a point outside of the bounds by 9"),
    ],
)
def test_a_wrong_result_is_no_perturbation_and_is_told(own, function, reason):
    model, x = linear()
    with pytest.warns(InputWarning, match="4 of 4 points have no perturbation, the first because"):
        found = own(function)(model, x, 0, 1, bounds=(-2.0, 2.0))
    assert not found.success.any()
    assert found.norm.isinf().all()
    assert (found.delta == 0).all()
    for told in found.reason:
        assert told.startswith(f"my_attacks.py:{function} {reason}")


def test_one_that_raises_at_one_point_keeps_the_others(own):
    model, x = linear()
    x[2, 0] = 200.0
    with pytest.warns(InputWarning, match="1 of 4 points"):
        found = own("raises_at_one")(model, x, 0, 1)
    assert found.success.tolist() == [True, True, False, True]
    assert found.reason[0] == ""
    assert found.reason[2] == (
        "my_attacks.py:raises_at_one failed (my_attacks.py, line 49): ZeroDivisionError: one point"
        " is too much"
    )


def test_points_that_meet_the_criterion_are_left_alone(own):
    model, x = linear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = own("nothing")(model, -x, 0, 1)
    assert found.success.all()
    assert (found.norm == 0).all()
    assert found.n_backward.tolist() == [0] * 4


def test_it_is_told_the_criterion_only_if_it_asks(own):
    model, x = linear()
    with pytest.warns(InputWarning):
        found = own("tells_the_criterion")(
            model, x[:1], 0, 1, criterion="target", bounds=(-2.0, 2.0)
        )
    assert found.reason[0].endswith("RuntimeError: target (-2.0, 2.0) [0] [1]")


@pytest.mark.filterwarnings("ignore::fcflow.errors.InputWarning")
def test_model_points_and_random_numbers_are_as_they_were(own):
    model, x = linear()
    model = nn.Sequential(model, nn.Dropout())  # in training mode its output would be random
    model.eval()
    before, state = x.clone(), torch.get_rng_state()
    first = own("trains")(model, x, 0, 1)
    assert torch.equal(x, before)
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(part.training for part in model.modules())
    assert all(one.requires_grad and one.grad is None for one in model.parameters())
    torch.rand(3)
    assert own("trains")(model, x, 0, 1).reason == first.reason


@pytest.mark.parametrize(
    ("function", "tensor"),
    [("learns", "1.running_mean"), ("writes", None), ("replaces", "0.weight")],
)
def test_a_model_that_it_changes_is_put_back_and_told(own, function, tensor):
    model, x = linear()
    model = nn.Sequential(model, nn.BatchNorm1d(2)).eval()
    objects, before = dict(model.named_parameters()), copy.deepcopy(model.state_dict())
    with pytest.warns(InputWarning, match="4 of 4 points"):
        found = own(function)(model, x, 0, 1)
    told = "failed" if tensor is None else "returned nothing usable: it changed the model's"
    name = f"my_attacks.py:{function}"
    assert all(one.startswith(f"{name} {told} {tensor or '('}") for one in found.reason)
    assert not found.success.any()
    after = model.state_dict()
    assert all(torch.equal(after[key], value) for key, value in before.items())
    assert all(value is objects[key] for key, value in model.named_parameters())
    # The next attack is as good as if it were the first.
    assert own("along")(model, x, 0, 1, length=4.0).success.all()


def test_no_result_depends_on_how_points_are_grouped(own):
    model, x = linear()
    together = own("along")(model, x, 0, 1, length=4.0)
    for row in range(len(x)):
        alone = own("along")(model, x[row : row + 1], 0, 1, length=4.0)
        assert torch.equal(alone.delta[0], together.delta[row])


def test_a_file_that_cannot_be_imported_is_told_in_one_line(own, tmp_path):
    (tmp_path / "my_attacks.py").write_text("import not_there\n\n\ndef pgd(model): ...\n")
    model, x = linear()
    with pytest.raises(InputError, match="No module named 'not_there'") as error:
        own("pgd")(model, x, 0, 1)
    assert "\n" not in str(error.value)
    with pytest.raises(InputError, match=r"there is no file gone\.py"):
        load_attack("gone.py:pgd")
    with pytest.raises(InputError, match="defines no other"):
        load_attack("my_attacks.py:other")


def test_types_in_a_user_s_file_are_not_run(tmp_path, monkeypatch):
    from fcflow.experiments.images.base_settings import AttackChoice

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "def pgd(model, x, source, target, bounds, *, eps: open('ran', 'w').close()): ...\n"
        "def other(model, x, source, target, bounds, *, eps: float): ...\n"
    )
    AttackChoice.model_validate({"attack": "mine.py:pgd", "eps": 1})
    assert not (tmp_path / "ran").exists()
    read = AttackChoice.model_validate({"attack": "mine.py:other", "eps": "1e-3"})
    assert read.model_dump() == {
        "attack": "mine.py:other",
        "criterion": "pair",
        "box": True,
        "eps": 0.001,
    }
