import copy
from itertools import pairwise

import foolbox
import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from torch import nn

from fcflow import minimal_perturbation
from fcflow.attacks.ddn import ddn
from fcflow.data.hypercube import draw_matrix, hypercube_points
from fcflow.errors import InputError
from fcflow.networks.relu import initial_relu_network
from fcflow.networks.relu_module import relu_module
from fcflow.training.relu import train_relu
from fcflow.training.schedule import Adam, shuffled_order


def random_linear(seed, d, classes, dtype=torch.float32):
    torch.manual_seed(seed)
    return nn.Linear(d, classes, dtype=dtype).eval(), torch.randn(9, d, dtype=dtype)


def closed_form(model, x, source):
    """Return the distances to the boundaries with every other class; infinite for the class."""
    weight, bias = model.weight.detach().double(), model.bias.detach().double()
    logits = x.double() @ weight.T + bias
    gaps = logits.gather(1, source[:, None]) - logits
    distance = gaps / slopes(weight, source)
    return distance.scatter(1, source[:, None], torch.inf).clamp_min(0.0)


def slopes(weight, source):
    return (weight[source][:, None] - weight[None]).norm(dim=2)


def rounding(model, x, source):
    """Return how far from x the boundaries can seem because float32 is rounded."""
    slope = slopes(model.weight.detach().double(), source).scatter(1, source[:, None], torch.inf)
    logits = model(x).detach().double().abs().sum(dim=1, keepdim=True)
    return (
        10
        * torch.finfo(torch.float32).eps
        * (logits / slope + x.double().norm(dim=1, keepdim=True))
    )


@example(seed=365, d=8, classes=8)  # a point within roundings of the boundary
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), d=st.integers(1, 40), classes=st.integers(2, 12))
def test_on_linear_networks_in_float32_the_nearest_class_is_reached_by_the_least_perturbation(
    seed, d, classes
):
    model, x = random_linear(seed, d, classes)
    source = model(x).argmax(dim=1)
    perturbation = minimal_perturbation(model, x, source)
    least = closed_form(model, x, source).amin(dim=1)
    error = rounding(model, x + perturbation.delta, source).amax(dim=1)
    assert perturbation.success.all()
    assert (perturbation.norm <= least * (1 + 1e-4) + error).all()
    assert (perturbation.norm >= least * (1 - 1e-4) - error).all()
    assert (model(x + perturbation.delta).argmax(dim=1) != source).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), d=st.integers(1, 40))
def test_on_linear_networks_a_given_class_is_reached_by_the_least_perturbation(seed, d):
    model, x = random_linear(seed, d, 3)
    source = model(x).argmax(dim=1)
    target = (source + 1) % 3
    perturbation = minimal_perturbation(model, x, source, target, criterion="pair")
    least = closed_form(model, x, source).gather(1, target[:, None])[:, 0]
    error = rounding(model, x + perturbation.delta, source).gather(1, target[:, None])[:, 0]
    assert (perturbation.norm <= least * (1 + 1e-4) + error).all()
    logits = model(x + perturbation.delta)
    assert (logits.gather(1, source[:, None]) < logits.gather(1, target[:, None])).all()


@pytest.mark.parametrize("seed", range(5))
def test_inside_a_box_it_equals_the_root_of_the_optimality_conditions(seed):
    model, x = random_linear(seed, 8, 2, torch.float64)
    x = torch.sigmoid(x)
    source = model(x).argmax(dim=1)
    perturbation = minimal_perturbation(model, x, source, bounds=(0.0, 1.0))
    weight, bias = model.weight.detach().numpy(), model.bias.detach().numpy()
    for i, point in enumerate(x.numpy()):
        n = weight[source[i]] - weight[1 - source[i]]
        shift = bias[source[i]] - bias[1 - source[i]]

        def gap(multiplier, point=point, n=n, shift=shift):
            return n @ np.clip(point - multiplier * n, 0, 1) + shift

        assert bool(perturbation.success[i]) == (gap(1e9) < 0)
        if perturbation.success[i]:
            least = np.clip(point - brentq(gap, 0, 1e9, xtol=1e-14) * n, 0, 1) - point
            assert float(perturbation.norm[i]) == pytest.approx(np.linalg.norm(least), rel=1e-6)


def test_in_two_dimensions_no_direction_and_radius_beats_it(dense):
    model = dense(2, nn.ReLU, seed=3, d=2)
    x = torch.randn(6, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    source = model(x).argmax(dim=1)
    perturbation = minimal_perturbation(model, x, source)
    angle = torch.linspace(0, 2 * torch.pi, 721, dtype=torch.float64)
    radius = torch.linspace(0.004, 8, 2000, dtype=torch.float64)
    ring = torch.stack([angle.cos(), angle.sin()], dim=1)
    for i in range(len(x)):
        flips = (
            model((x[i] + radius[:, None, None] * ring).reshape(-1, 2))
            .argmax(dim=1)
            .reshape(2000, 721)
            != source[i]
        )
        assert bool(perturbation.success[i]) == bool(flips.any())
        if flips.any():
            assert perturbation.norm[i] <= radius[flips.any(dim=1)].min() * 1.001


def trained(depth):
    """Return a network trained on the hypercube, correctly classified points and their classes."""
    A = draw_matrix(6, 5.0, seed=depth)
    data = hypercube_points(A, sample=None, seed=0)
    start = initial_relu_network(6, 60, depth, seed=depth)
    network = train_relu(
        start,
        data.x,
        data.sign,
        shuffled_order(64, 60, 0),
        batch_size=8,
        adam=Adam(learning_rate=3e-3),
    )
    correct = network.gap(data.x) * data.sign > 0
    source = torch.from_numpy((data.sign[correct] < 0).astype(np.int64))
    return (
        relu_module(network, torch.float32),
        torch.from_numpy(data.x[correct]).float()[:20],
        source[:20],
    )


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_published_attack_with_seven_times_the_gradients_is_not_shorter(depth):
    model, x, source = trained(depth)
    perturbation = minimal_perturbation(model, x, source)
    wrapped = foolbox.PyTorchModel(model, bounds=(-100, 100), device="cpu")
    _, adversarial, success = foolbox.attacks.DDNAttack(steps=1000)(
        wrapped, x, source, epsilons=None
    )
    published = torch.where(success, (adversarial - x).double().norm(dim=1), torch.inf)
    assert success.all()
    assert (perturbation.norm <= 1.001 * published).all()
    assert perturbation.n_backward.max() <= 150


def test_convolutional_networks_and_boxes_are_respected_to_the_last_bit(convolutional):
    model = convolutional(dtype=torch.float32)
    x = torch.rand(5, 2, 8, 8, generator=torch.Generator().manual_seed(0))
    source = model(x).argmax(dim=1)
    perturbation = minimal_perturbation(model, x, source, bounds=(0.0, 1.0))
    perturbed = x + perturbation.delta
    assert perturbation.delta.shape == x.shape
    assert perturbed.min() >= 0
    assert perturbed.max() <= 1
    assert perturbation.success.any()
    assert (model(perturbed).argmax(dim=1) != source)[perturbation.success].all()
    free = minimal_perturbation(model, x, source)
    assert (free.norm <= perturbation.norm * 1.001).all()


def test_the_norm_is_that_of_the_perturbation_returned(dense):
    model = dense(1, nn.ReLU, dtype=torch.float32)
    x = torch.randn(4, 6)
    perturbation = minimal_perturbation(model, x, model(x).argmax(dim=1))
    torch.testing.assert_close(perturbation.norm, perturbation.delta.double().norm(dim=1))


def test_every_evaluation_is_counted(dense):
    counted = {"forward": 0}
    model = dense(2, nn.ReLU, dtype=torch.float64)
    model.register_forward_hook(
        lambda module, given, made: counted.update(forward=counted["forward"] + len(made))
    )
    x = torch.randn(7, 6, dtype=torch.float64)
    source = model(x).argmax(dim=1)
    for target in (None, (source + 1) % 3):
        counted["forward"] = 0
        perturbation = minimal_perturbation(model, x, source, target)
        assert perturbation.n_forward.sum() == counted["forward"]
        assert (perturbation.n_backward <= perturbation.n_forward).all()


def test_the_nearest_class_is_the_nearest_of_all_pairs(dense):
    model = dense(2, nn.ReLU, seed=5)
    x = torch.randn(8, 6, dtype=torch.float64)
    source = model(x).argmax(dim=1)
    nearest = minimal_perturbation(model, x, source)
    pairs = torch.stack(
        [
            minimal_perturbation(model, x, source, (source + j) % 3, criterion="pair").norm
            for j in (1, 2)
        ]
    )
    torch.testing.assert_close(nearest.norm, pairs.amin(dim=0), rtol=1e-6, atol=0)


def test_points_do_not_influence_each_other(dense):
    model = dense(2, nn.ReLU, seed=2)
    x = torch.randn(5, 6, dtype=torch.float64)
    source = model(x).argmax(dim=1)
    together = minimal_perturbation(model, x, source)
    one_by_one = minimal_perturbation(model, x, source, batch=1)
    alone = minimal_perturbation(model, x[2:3], source[2:3])
    torch.testing.assert_close(together.norm, one_by_one.norm, rtol=1e-9, atol=0)
    torch.testing.assert_close(together.norm[2:3], alone.norm, rtol=1e-9, atol=0)


def test_the_model_is_left_as_it_was(dense):
    model = dense(1, nn.ReLU, dtype=torch.float32)
    before = copy.deepcopy(model.state_dict())
    x = torch.randn(2, 6)
    minimal_perturbation(model, x, 0)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_model_that_insists_on_float32_is_searched_in_float32(returning):
    weight = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    model = returning(lambda x: x @ weight.T)
    perturbation = minimal_perturbation(model, torch.tensor([[0.5, 3.0]]), 0)
    assert perturbation.norm[0] == pytest.approx(0.5, rel=1e-4)


def test_a_point_that_is_misclassified_already_needs_no_perturbation(linear):
    model = linear([[1.0, 0.0], [0.0, 1.0]])
    perturbation = minimal_perturbation(
        model, torch.tensor([[1.0, 2.0], [2.0, 1.0]], dtype=torch.float64), 0
    )
    assert perturbation.success.tolist() == [True, True]
    assert perturbation.norm[0] == 0
    assert perturbation.delta[0].tolist() == [0.0, 0.0]
    assert perturbation.norm[1] == pytest.approx(0.5**0.5)


@pytest.mark.parametrize("target", [1, None])
def test_a_batch_in_which_nothing_is_left_to_search_is_answered(linear, target):
    x = torch.tensor([[1.0, 2.0], [1.0, 3.0]], dtype=torch.float64)
    perturbation = minimal_perturbation(linear([[1.0, 0.0], [0.0, 1.0]]), x, 0, target)
    assert perturbation.success.all()
    assert perturbation.norm.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("logits", [[1.0, 0.0], [0.0, 0.0]])
def test_a_constant_model_has_no_boundary_to_find(returning, logits):
    model = returning(lambda x: torch.tensor([logits], dtype=x.dtype).expand(len(x), 2))
    perturbation = minimal_perturbation(model, torch.ones(3, 2), 0, 1)
    assert not perturbation.success.any()
    assert perturbation.norm.isinf().all()
    assert (perturbation.delta == 0).all()


def test_success_and_failure_of_a_batch_are_told_point_by_point(returning):
    # Beyond the ramp the gap is flat: from there no gradient leads anywhere.
    model = returning(
        lambda x: torch.stack([x[:, 0].clamp(-1, 1), torch.zeros_like(x[:, 0])], dim=1)
    )
    x = torch.tensor([[0.5, 0.0], [9.0, 0.0], [-0.5, 0.0]], dtype=torch.float64)
    perturbation = minimal_perturbation(model, x, 0, 1, effort="quick")
    assert perturbation.success.tolist() == [True, False, True]
    assert perturbation.norm.tolist() == [pytest.approx(0.5), torch.inf, 0.0]


def test_a_boundary_outside_the_box_is_not_found(linear):
    model = linear([[1.0, 1.0], [0.0, 0.0]], [1.0, 0.0])
    perturbation = minimal_perturbation(
        model, torch.full((1, 2), 0.5, dtype=torch.float64), 0, bounds=(0.0, 1.0)
    )
    assert not perturbation.success.any()


def test_an_empty_batch_has_an_empty_result(linear):
    perturbation = minimal_perturbation(
        linear([[1.0, 0.0], [0.0, 1.0]]), torch.zeros(0, 2, dtype=torch.float64), 0, 1
    )
    assert perturbation.delta.shape == (0, 2)
    assert len(perturbation.norm) == len(perturbation.success) == 0
    assert len(perturbation.n_forward) == len(perturbation.n_backward) == 0


X = torch.ones(2, 2)


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (nn.Linear(2, 1), (X, 0), "k >= 2 classes"),
        (nn.Flatten(0), (X, 0), "k >= 2 classes"),
        (nn.Linear(2, 2), (X, 1, 1), "must be different classes"),
        (nn.Linear(2, 2), (X, 0, 2), "classes from 0 to 1"),
        (nn.Linear(2, 2), (X, 2), "source must be a class from 0 to 1"),
        (nn.Linear(2, 2), (X, 0.5), "must be a class number"),
        (nn.Linear(2, 2), (X, torch.zeros(3, dtype=torch.int64)), "one for each of 2 inputs"),
        (nn.Linear(2, 2), (X.long(), 0), "floating-point"),
        (nn.Linear(2, 2), (X * torch.nan, 0), "must be finite"),
        (nn.Linear(2, 2), (torch.ones(2), 0), "batch of one"),
    ],
)
def test_what_cannot_be_searched_is_refused(model, arguments, message):
    with pytest.raises(InputError, match=message):
        minimal_perturbation(model.eval(), *arguments)


def test_weights_that_are_not_finite_are_refused():
    model = nn.Linear(2, 2).eval()
    model.weight.data[0, 0] = torch.nan
    with pytest.raises(InputError, match="not finite"):
        minimal_perturbation(model, X, 0)


def test_a_model_in_training_mode_is_refused():
    with pytest.raises(InputError, match=r"model.eval\(\)"):
        minimal_perturbation(nn.Sequential(nn.Linear(2, 2), nn.Dropout()), X, 0)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"bounds": (1.0, 0.0)}, "bounds must be"),
        ({"bounds": (0.0, 0.5)}, "x must lie within bounds"),
        ({"effort": "some"}, "effort must be one of quick, default, thorough"),
        ({"batch": 0}, "batch must be at least 1"),
    ],
)
def test_options_out_of_range_are_refused(keywords, message):
    with pytest.raises(InputError, match=message):
        minimal_perturbation(nn.Linear(2, 2).eval(), X, 0, **keywords)


class Rippled(nn.Module):
    """A gap of a plane and a hundred fine waves.

    As in a deep network, the gradient changes from place to place.
    """

    def __init__(self, seed, d=200, waves=100):
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        self.plane = torch.randn(d, generator=draw) / d**0.5
        self.waves = torch.randn(waves, d, generator=draw) * 20 / d**0.5

    def forward(self, x):
        """Return logits [n, 2]."""
        gap = 2 - x @ self.plane.to(x) - 3 * torch.sin(x @ self.waves.to(x).T).mean(dim=1)
        return torch.stack([gap, torch.zeros_like(gap)], dim=1)


def test_where_linearisation_fails_it_is_shorter_than_ddn_with_fewer_gradients():
    least, reference = [], []
    for seed in range(6):
        model, x = Rippled(seed).eval(), torch.zeros(1, 200)
        least.append(minimal_perturbation(model, x, 0, 1, effort="quick"))
        reference.append(ddn(model, x, 0, 1, steps=60))
    ratio = np.array(
        [float(ours.norm / theirs.norm) for ours, theirs in zip(least, reference, strict=True)]
    )
    assert all(ours.success.all() for ours in least)
    assert max(int(ours.n_backward) for ours in least) < 60
    assert ratio.max() <= 1.0


def test_more_effort_is_never_worse_on_any_point(dense, convolutional, draw):
    efforts = ("quick", "default", "thorough")
    cases = [
        (dense(5, nn.ReLU, seed=2), draw(12, 6)),
        (convolutional(dtype=torch.float32), draw(6, 2, 8, 8, dtype=torch.float32)),
    ]
    for model, x in cases:
        found = [minimal_perturbation(model, x, effort=effort) for effort in efforts]
        for less, more in pairwise(found):
            assert (more.norm <= less.norm).all()
            assert (more.n_backward >= less.n_backward).all()


def test_how_many_restarts_a_point_gets_does_not_depend_on_the_others(draw):
    model, x = Rippled(1).eval(), draw(4, 200, seed=3) / 10
    source = model(x).argmax(dim=1)
    together = minimal_perturbation(model, x, source)
    alone = [minimal_perturbation(model, x[i : i + 1], source[i : i + 1]) for i in range(4)]
    assert together.n_backward.tolist() == [int(point.n_backward) for point in alone]
    assert together.norm.tolist() == pytest.approx([float(point.norm) for point in alone], rel=1e-4)


def test_points_with_one_nearest_flip_are_not_restarted_over_and_over():
    model, x = random_linear(0, 40, 3)
    perturbation = minimal_perturbation(model, x, effort="thorough")
    # Forty restarts would take 400 gradients.
    assert int(perturbation.n_backward.max()) < 250


def test_a_restart_finds_what_lies_along_a_coordinate_that_does_not_matter_at_the_point(returning):
    # From x on only the first coordinate changes the gap; beyond a kink the second does so three
    # times as fast.
    model = returning(
        lambda x: torch.stack(
            [1 - x[:, 0] - 3 * (x[:, 1] - 0.1).clamp_min(0), torch.zeros_like(x[:, 0])], dim=1
        )
    )
    x = torch.zeros(1, 40, dtype=torch.float64)
    assert float(minimal_perturbation(model, x, 0, 1, effort="quick").norm) == pytest.approx(1.0)
    thorough = minimal_perturbation(model, x, 0, 1, effort="thorough")
    assert float(thorough.norm) == pytest.approx(1.3 / 10**0.5)


def test_a_class_that_seems_far_is_set_out_towards_where_no_nearer_one_is_reached(returning):
    # Only the first coordinate leads to class 1, and it is the steepest; class 2 is never reached.
    model = returning(
        lambda x: torch.stack([0 * x[:, 0], (x[:, 0] - 20) / 50, (x[:, 1] - 1).clamp(max=-0.5)], 1)
    )
    x = torch.zeros(1, 40, dtype=torch.float64)
    result = minimal_perturbation(model, x, 0, effort="quick")
    assert float(result.norm) == pytest.approx(20.0)
    assert int(result.reached) == 1
