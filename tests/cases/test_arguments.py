"""What callers may leave out, and what they may give in units of their own."""

import numpy as np
import pytest
import torch
from scipy.optimize import nnls
from torch import nn

from fcflow import feature_compression, minimal_perturbation, path_compression, span_ratio
from fcflow.attacks.registry import load_attack
from fcflow.errors import InputError

OPTIONS = {"effort": "quick"}


@pytest.fixture(scope="module")
def case():
    """Return a network of ten classes, points, answers and runners-up."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 10)).eval()
    x = torch.randn(8, 40)
    likeliest = model(x).topk(2, dim=1).indices
    return model, x, likeliest[:, 0], likeliest[:, 1]


def test_the_source_is_the_answer_and_the_target_the_runner_up_by_default(case):
    model, x, source, second = case
    v = torch.ones(40)
    for measure in (feature_compression, span_ratio):
        assert torch.equal(measure(model, x, v), measure(model, x, v, source, second))
        assert torch.equal(measure(model, x, v, second), measure(model, x, v, second, source))
    path = path_compression(model, x, x + 1)
    assert torch.equal(path.integral, path_compression(model, x, x + 1, source, second).integral)
    least = minimal_perturbation(model, x, **OPTIONS)
    assert torch.equal(least.norm, minimal_perturbation(model, x, source, **OPTIONS).norm)
    assert torch.equal(least.source, source)
    assert least.correct.all()


def test_a_target_is_reached_unless_the_pair_alone_is_asked_for(case):
    model, x, source, _ = case
    target = (source + 3) % 10
    named = minimal_perturbation(model, x, source, target, **OPTIONS)
    pair = minimal_perturbation(model, x, source, target, criterion="pair", **OPTIONS)
    anything = minimal_perturbation(model, x, source, **OPTIONS)
    assert (named.criterion, pair.criterion, anything.criterion) == ("target", "pair", "any")
    assert named.success.all()
    assert torch.equal(named.reached, target)
    assert torch.equal(model(x + named.delta).argmax(dim=1), target)
    assert (pair.reached != target).any()
    assert torch.equal(pair.reached, model(x + pair.delta).argmax(dim=1))
    # Each asks for less than the one before; a search finds lengths to a few hundredths.
    assert (pair.norm <= 1.05 * named.norm).all()
    assert pair.norm.mean() < named.norm.mean()
    assert (anything.norm <= 1.05 * pair.norm).all()


def test_a_target_is_reached_at_about_the_least_distance_of_a_linear_network():
    torch.manual_seed(1)
    model, x = nn.Linear(40, 6).double().eval(), torch.randn(6, 40).double()
    source = model(x).argmax(dim=1)
    target = (source + 2) % 6
    result = minimal_perturbation(model, x, source, target)
    weight, logits = model.weight.detach().numpy(), model(x).detach().numpy()
    for i, t in enumerate(target.tolist()):
        others = [j for j in range(6) if j != t]
        normals, offsets = weight[others] - weight[t], logits[i, t] - logits[i, others]
        # The least distance of Lawson and Hanson: G e ≤ h by non-negative least squares.
        rows, last = np.vstack([-normals.T, -offsets]), np.append(np.zeros(40), 1.0)
        residual = rows @ nnls(rows, last)[0] - last
        least = np.linalg.norm(residual[:-1] / residual[-1])
        assert least * (1 - 1e-9) <= float(result.norm[i]) <= least * 1.01


def test_averages_leave_out_what_says_nothing_about_robustness(returning):
    model = returning(
        lambda x: torch.stack([x[:, 0].clamp(-1, 1) + x[:, 1].sqrt(), 0 * x[:, 0]], dim=1)
    )
    x = torch.tensor([[0.5, 0.0], [9.0, 0.0], [-0.5, 0.0], [0.5, -1.0]], dtype=torch.float64)
    result = minimal_perturbation(model, x, 0, effort="quick")
    found = result.found()
    assert found.norm.tolist() == [pytest.approx(0.5)]
    assert (found.points, found.refused, found.misclassified, found.not_found) == (4, 1, 1, 1)
    assert result.correct.tolist() == [True, True, False, False]
    assert [bool(reason) for reason in result.reason] == [False, True, False, True]


@pytest.mark.parametrize("as_tensors", [False, True])
def test_a_model_of_normalised_images_is_searched_in_the_units_of_images(as_tensors):
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Flatten(), nn.Linear(48, 4)).eval()
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    shape = (1, 3, 1, 1)

    class Normalising(nn.Module):
        def forward(self, x):
            return inner((x - torch.tensor(mean).reshape(shape)) / torch.tensor(std).reshape(shape))

    x = torch.rand(3, 3, 4, 4)
    statistics = (
        (torch.tensor(mean).reshape(shape), torch.tensor(std)) if as_tensors else (mean, std)
    )
    options = {"mean": statistics[0], "std": statistics[1]}
    v, whole = torch.ones(3, 4, 4), Normalising().eval()
    for bounds in (None, (0, 1)):
        ours = minimal_perturbation(inner, x, bounds=bounds, **options, **OPTIONS)
        theirs = minimal_perturbation(whole, x, bounds=bounds, **OPTIONS)
        torch.testing.assert_close(ours.norm, theirs.norm, rtol=1e-4, atol=0)
    torch.testing.assert_close(
        feature_compression(inner, x, v, **options), feature_compression(whole, x, v)
    )
    torch.testing.assert_close(
        path_compression(inner, x, 1 - x, **options).integral,
        path_compression(whole, x, 1 - x).integral,
    )


def test_bounds_of_normalised_images_fit_images_normalised_in_float32():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(192, 4)).eval()
    mean, std = 0.485, 0.229
    x = torch.rand(4, 3, 8, 8)
    x[:, :, 0, 0], x[:, :, 0, 1] = 0.0, 1.0
    x = (x - mean) / std
    bounds = ((0 - mean) / std, (1 - mean) / std)
    result = minimal_perturbation(model, x, bounds=bounds, **OPTIONS)
    assert result.success.all()
    moved = x + result.delta
    assert moved.min().double() >= bounds[0]
    assert moved.max().double() <= bounds[1]
    assert all("moved into the bounds" in note for note in result.notes)


def test_bounds_may_differ_by_channel_and_keep_coordinates_as_they_are():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(48, 4)).eval()
    x = torch.full((3, 3, 4, 4), 0.5)
    low, high = torch.tensor([0.5, 0.2, -9.0]), torch.tensor([0.5, 0.7, 9.0]).reshape(3, 1, 1)
    result = minimal_perturbation(model, x, bounds=(low, high), **OPTIONS)
    moved = x + result.delta
    assert result.success.all()
    assert torch.equal(moved[:, 0], x[:, 0])
    assert moved[:, 1].min() >= low[1]
    assert moved[:, 1].max() <= high[1]
    step = load_attack("fast_l2").run(
        model, x, result.source, (result.source + 1) % 4, bounds=(low, high)
    )
    assert torch.equal((x + step.delta)[:, 0], x[:, 0])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"criterion": "any", "target": 1}, "criterion 'any' takes no target"),
        ({"criterion": "pair"}, "criterion 'pair' needs a target"),
        ({"criterion": "argmax"}, "criterion must be one of any, pair, target"),
        ({"source": 10}, "source must be a class from 0 to 9"),
        ({"source": -1}, "source must be a class from 0 to 9"),
        ({"target": 10}, "source and target must be classes from 0 to 9"),
        ({"source": 1, "target": 1}, "must be different classes"),
        ({"source": "cat"}, "source must be a class number, got 'cat'"),
        ({"bounds": 1.0}, "bounds must be a pair"),
        ({"bounds": (-0.1, 0.1)}, "x must lie within bounds"),
        ({"std": 0.0}, "std must be positive"),
        ({"mean": torch.zeros(3)}, "mean must be a number"),
        ({"batch": 2.5}, "batch must be at least 1, got 2.5"),
        ({"effort": "great"}, "effort must be one of quick, default, thorough"),
        ({"x": torch.zeros(2, 41)}, "model fails at x of shape"),
        ({"x": [[0.0]]}, "x must be a tensor of floating-point numbers, got list"),
    ],
)
def test_every_wrong_argument_is_named_in_one_line(case, changed, message):
    model, x, _, _ = case
    arguments = {"x": x, **changed}
    with pytest.raises(InputError, match=message) as caught:
        minimal_perturbation(model, **arguments)
    assert "\n" not in str(caught.value)
