"""Models of the kinds that users of attack and attribution libraries report trouble with."""

import copy
import threading
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional

from fcflow import feature_compression, minimal_perturbation, path_compression
from fcflow.attacks.registry import attack_entries, load_attack
from fcflow.errors import InputError, InputWarning

OPTIONS = {"steps": 4, "restarts": 2}
V = torch.ones(40)


def network(scale=1.0):
    """Return a network and points for which every kind below is the same question."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(40, 32), nn.ReLU(), nn.Linear(32, 4)).eval()
    with torch.no_grad():
        model[2].weight *= scale
        model[2].bias *= scale
    x = torch.randn(5, 40)
    return model.requires_grad_(False), x


class Around(nn.Module):
    """A model as a function of another one and of its input."""

    def __init__(self, function, model):
        super().__init__()
        self.function, self.model = function, model

    def forward(self, x):
        """Return what the function returns."""
        return self.function(self.model, x)


def around(function, scale=1.0):
    model, x = network(scale)
    return Around(function, model).eval(), model, x


def locked(model):
    model = copy.deepcopy(model)
    model.lock = threading.Lock()
    return model


def quietly(make):
    """Return what torch makes of a model, without what it warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make()


SAME = {
    "scripted": lambda model, x: torch.jit.script(model),
    "frozen": lambda model, x: torch.jit.freeze(torch.jit.script(model)),
    "traced": lambda model, x: torch.jit.trace(model, x),
    "exported": lambda model, x: torch.export.export(model, (x,)).module(),
    "exported for two rows": lambda model, x: torch.export.export(model, (x[:2],)).module(),
    "compiled": lambda model, x: torch.compile(model, backend="eager"),
    "locked": lambda model, x: locked(model),
    "insisting on float32": lambda model, x: Around(lambda m, x: m(x.float()), model).eval(),
    "in place": lambda model, x: Around(lambda m, x: m(x.mul_(2).div_(2)), model).eval(),
    "softmax": lambda model, x: nn.Sequential(model, nn.Softmax(dim=1)).eval(),
    "log-softmax": lambda model, x: nn.Sequential(model, nn.LogSoftmax(dim=1)).eval(),
    "sigmoid": lambda model, x: Around(lambda m, x: torch.sigmoid(m(x)), model).eval(),
    "softmax, exported": lambda model, x: torch.export.export(
        nn.Sequential(model, nn.Softmax(dim=1)).eval(), (x,)
    ).module(),
}


@pytest.mark.parametrize("kind", SAME)
def test_the_same_classifier_has_the_same_least_perturbations(kind):
    model, x = network()
    other = quietly(lambda: SAME[kind](model, x))
    before = x.clone()
    plain = minimal_perturbation(model, x, **OPTIONS)
    result = quietly(lambda: minimal_perturbation(other, x, **OPTIONS))
    torch.testing.assert_close(result.norm, plain.norm, rtol=2e-3, atol=0)
    assert result.success.all()
    assert torch.equal(x, before)
    with torch.no_grad():
        assert (model(x + result.delta).argmax(dim=1) == result.reached).all()


@pytest.mark.parametrize("kind", ["in place", "exported for two rows", "compiled", "frozen"])
def test_the_same_classifier_has_the_same_compression(kind):
    model, x = network()
    other = quietly(lambda: SAME[kind](model, x))
    before = x.clone()
    torch.testing.assert_close(feature_compression(other, x, V), feature_compression(model, x, V))
    paths = [path_compression(one, x, x + 1, points=3) for one in (other, model)]
    torch.testing.assert_close(paths[0].integral, paths[1].integral)
    assert torch.equal(x, before)


@pytest.mark.parametrize("name", attack_entries())
@pytest.mark.parametrize("kind", ["in place", "softmax"])
def test_the_same_classifier_is_attacked_in_the_same_way(name, kind):
    model, x = network()
    source, target = model(x).argmax(dim=1), model(x).argmin(dim=1)
    own = {"minimal": OPTIONS}.get(name, {"steps": 10} if "fast" not in name else {})
    before = x.clone()
    results = [
        load_attack(name).run(one, x, source, target, **own)
        for one in (model, SAME[kind](model, x))
    ]
    assert torch.equal(results[0].success, results[1].success)
    torch.testing.assert_close(results[0].norm, results[1].norm, rtol=1e-3, atol=0)
    assert torch.equal(x, before)


def test_everything_works_in_inference_mode_and_with_weights_made_there():
    expected = minimal_perturbation(*network(), **OPTIONS).norm
    with torch.inference_mode():
        model, x = network()
        torch.testing.assert_close(minimal_perturbation(model, x, **OPTIONS).norm, expected)
        cosine = feature_compression(model, x, V)
        integral = path_compression(model, x, x + 1).integral
    model, x = network()
    torch.testing.assert_close(cosine, feature_compression(model, x, V))
    torch.testing.assert_close(integral, path_compression(model, x, x + 1).integral)


def test_what_could_not_be_done_is_in_the_notes():
    model, x = network()
    frozen = quietly(lambda: SAME["frozen"](model, x))
    notes = quietly(lambda: minimal_perturbation(frozen, x, **OPTIONS)).notes
    assert "searched in float32, without a float64 copy" in notes[0]
    notes = minimal_perturbation(SAME["softmax"](model, x), x, **OPTIONS).notes
    assert notes == ("the search is over the logits behind the model's last function",)
    assert minimal_perturbation(model, x, **OPTIONS).notes == ()


@pytest.mark.parametrize("name", ["minimal", "feature", "path", "attack"])
@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda m, x: m(functional.dropout(x, 0.2)), "dropout called as a function"),
        (lambda m, x: m(x - x.mean(dim=0)), "depends on the other rows"),
        (torch.no_grad()(lambda m, x: m(x)), "no gradient to it"),
    ],
)
def test_what_is_no_differentiable_function_of_a_row_is_refused_everywhere(name, function, message):
    model, _, x = around(function)
    with pytest.raises(InputError, match=message):
        {
            "minimal": lambda: minimal_perturbation(model, x),
            "feature": lambda: feature_compression(model, x, V),
            "path": lambda: path_compression(model, x, x + 1),
            "attack": lambda: load_attack("fast_l2").run(model, x, 0, 1),
        }[name]()


def test_those_who_know_can_go_on():
    model, _, x = around(lambda m, x: m(x - x.mean(dim=0)))
    feature_compression(model, x, V, check_rows=False)
    path_compression(model, x, x + 1, check_rows=False)
    assert minimal_perturbation(model, x, check_rows=False, **OPTIONS).success.any()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("bounds", [None, (-4.0, 4.0)])
def test_a_model_in_half_precision_flips_at_about_the_length_of_the_exact_one(dtype, bounds):
    model, x = network()
    half, x = copy.deepcopy(model).to(dtype), x.to(dtype)
    result = minimal_perturbation(half, x, bounds=bounds, **OPTIONS)
    source = half(x).argmax(dim=1)
    exact = minimal_perturbation(model, x.float(), source, bounds=bounds, **OPTIONS)
    answer = half(x + result.delta).argmax(dim=1)
    assert result.success.all()
    assert (answer != result.source).all()
    assert (result.norm <= 1.15 * exact.norm).all()
    # At most, a gap is below zero by a rounding or two, which is no certain flip.
    assert not result.certain.all()


@pytest.mark.parametrize("length", [1.0, 60.0, 104.0, 120.0, 700.0])
@pytest.mark.parametrize(
    ("end", "limit"),
    [
        (lambda z: functional.softmax(z, dim=1), 1e9),
        (lambda z: 10 * functional.softmax(z, dim=1), 300),
        (torch.sigmoid, 1e9),
        (lambda z: 1 / (1 + (-z).exp()), 1e9),
        (lambda z: z.tanh() ** 3, 20),
    ],
)
def test_a_saturated_output_gives_the_right_length_or_none(length, end, limit):
    linear = nn.Linear(40, 2, bias=False).eval().requires_grad_(False)
    linear.weight.zero_()
    linear.weight[:, 0] = torch.tensor([0.5, -0.5])
    model = Around(lambda m, x: end(m(x)), linear).eval()
    x = torch.zeros(2, 40)
    x[:, 0] = torch.tensor([1.0, length])
    result = minimal_perturbation(model, x, 0, **OPTIONS)
    assert float(result.norm[0]) == pytest.approx(1.0, rel=1e-4)
    if length < limit:
        assert float(result.norm[1]) == pytest.approx(length, rel=1e-4)
    else:
        assert not result.success[1]
        assert "no gradient at x" in result.reason[1]


@pytest.mark.parametrize("scale", [1.0, 200.0])
def test_behind_a_softmax_nothing_is_longer(scale):
    model, x = network(scale)
    plain = minimal_perturbation(model, x, **OPTIONS)
    headed = minimal_perturbation(nn.Sequential(model, nn.Softmax(dim=1)).eval(), x, **OPTIONS)
    torch.testing.assert_close(headed.norm, plain.norm, rtol=1e-5, atol=0)


def test_trial_points_outside_the_domain_of_a_logarithm_are_no_flips():
    model = Around(
        lambda m, x: torch.stack([x.log().sum(dim=1), 0 * x[:, 0]], dim=1), nn.Identity()
    ).eval()
    x = torch.tensor([[0.2, 8.0], [1.05, 1.0], [-1.0, 1.0]])
    free = minimal_perturbation(model, x, 0)
    kept = minimal_perturbation(model, x[:2], 0, bounds=(1e-4, 100.0))
    torch.testing.assert_close(free.norm[:2], kept.norm, rtol=1e-5, atol=0)
    assert free.success.tolist() == [True, True, False]
    assert free.norm[2].isnan()
    assert free.reason == ("", "", "the model's output at x is not finite")
    assert free.reached.tolist() == [1, 1, -1]


def test_good_rows_are_measured_beside_bad_ones():
    model, plain, x = around(lambda m, x: m(x) + 0 * x[:, :1].sqrt())
    x = x.abs()
    x[1, 0] = -1.0
    x[3, 0] = torch.nan
    good = [0, 2, 4]
    with pytest.warns(InputWarning, match="not finite at 2 of 5 points, the first of them row 1"):
        cosine = feature_compression(model, x, V)
    torch.testing.assert_close(cosine[good], feature_compression(plain, x[good], V))
    assert cosine[[1, 3]].isnan().all()
    with pytest.warns(InputWarning, match="not finite at 2 of 5 points"):
        path = path_compression(model, x, x.nan_to_num() + 1, points=3)
    expected = path_compression(plain, x[good], x[good] + 1, points=3)
    torch.testing.assert_close(path.integral[good], expected.integral)
    assert path.converged.tolist() == [True, False, True, False, True]
    least = minimal_perturbation(model, x, **OPTIONS)
    assert least.success.tolist() == [True, False, True, False, True]


def test_a_gradient_that_is_not_finite_gives_no_cosine():
    model, _, x = around(lambda m, x: m(x) + torch.eye(4)[0] * x[:, :1].abs().sqrt())
    x[2, 0] = 0.0
    with pytest.warns(InputWarning, match="gradient is not finite at 1 of 5 points"):
        cosine = feature_compression(model, x, V, 0, 1)
    assert cosine.isnan().tolist() == [False, False, True, False, False]


def test_compression_behind_a_softmax_is_another_question_and_said_to_be():
    model, x = network()
    with pytest.warns(InputWarning, match="ends in a softmax"):
        feature_compression(nn.Sequential(model, nn.Softmax(dim=1)).eval(), x, V)


@pytest.mark.parametrize("inputs", [1, 2, 32, 33])
def test_points_that_are_all_misclassified_need_nothing(inputs):
    torch.manual_seed(0)
    model, x = nn.Linear(inputs, 3).eval(), torch.randn(4, inputs)
    result = minimal_perturbation(model, x, model(x).argmin(dim=1))
    assert result.norm.tolist() == [0.0] * 4
    assert result.success.all()
    assert not result.correct.any()
    assert result.found().misclassified == 4
    assert len(result.found().norm) == 0
