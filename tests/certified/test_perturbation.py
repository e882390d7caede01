from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
import torch
from tests.certified.least_norm import least_norm
from torch import nn

import fcflow
from fcflow.errors import InputError


def randomised(model, seed, scale=1.0):
    """Every weight normal, so that layers keep the size of what goes through them."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            values = torch.randn(tensor.shape, generator=generator, dtype=torch.float64)
            fan = tensor[0].numel() if tensor.ndim > 1 else 4
            positive = name.endswith("running_var")
            tensor.copy_(values.abs() + 0.5 if positive else scale * values / fan**0.5)
    return model.eval()


def dense(*sizes):
    layers = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers[:-1]).double()


def points(shape, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


class Residual(nn.Module):
    """A convolution, a residual sum and max pooling."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(2, 3, 3, padding=1)
        self.inner = nn.Conv2d(3, 3, 3, padding=1)
        self.norm = nn.BatchNorm2d(3)
        self.last = nn.Linear(12, 3)

    def forward(self, x):
        """Return logits [n, 3] of images [n, 2, 4, 4]."""
        h = torch.relu(self.first(x))
        h = torch.relu(h + self.norm(self.inner(h)))
        return self.last(nn.functional.max_pool2d(h, 2).flatten(1))


def kinds():
    return {
        "dense": nn.Sequential(nn.Flatten(), *dense(32, 6, 5, 3)),
        "shallow": nn.Sequential(nn.Flatten(), *dense(32, 9, 4)),
        "leaky": nn.Sequential(
            nn.Flatten(), nn.Linear(32, 8), nn.LeakyReLU(0.2), nn.Linear(8, 8), nn.ReLU6(),
            nn.Linear(8, 3),
        ),
        "strided": nn.Sequential(
            nn.Conv2d(2, 3, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(3, 4, 2), nn.ReLU(),
            nn.Flatten(), nn.Linear(4, 3),
        ),
        "grouped": nn.Sequential(
            nn.Conv2d(2, 4, 3, groups=2, padding=1, padding_mode="circular"), nn.BatchNorm2d(4),
            nn.ReLU(), nn.Conv2d(4, 2, 2, dilation=2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3),
        ),
        "average": nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(3, 3, 1),
            nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 3),
        ),
        "largest": nn.Sequential(
            nn.Conv2d(2, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 1), nn.Conv2d(3, 3, 2),
            nn.MaxPool2d(2, 1, padding=1), nn.Flatten(), nn.Linear(12, 3),
        ),
        "residual": Residual(),
    }  # fmt: skip


def exact_least_perturbation(model, x, source):
    """Least ‖e‖ that flips a network of two hidden layers, over all patterns of active neurons."""
    (W1, b1), (W2, b2), (W3, b3) = (
        (layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in model[::2]
    )
    best = np.inf
    for first in product([0.0, 1.0], repeat=len(b1)):
        on = np.array(first)
        A, a = W1, W1 @ x + b1
        sign = 2 * on - 1
        G1, h1 = sign[:, None] * A, -sign * a
        if not np.isfinite(least_norm(G1, h1)):
            continue
        B, b = W2 @ (on[:, None] * A), W2 @ (on * a) + b2
        for second in product([0.0, 1.0], repeat=len(b2)):
            later = np.array(second)
            sign = 2 * later - 1
            C, c = W3 @ (later[:, None] * B), W3 @ (later * b) + b3
            for j in range(len(b3)):
                if j == source:
                    continue
                G = np.vstack([G1, sign[:, None] * B, C[j] - C[source]])
                h = np.concatenate([h1, -sign * b, [c[source] - c[j]]])
                best = min(best, least_norm(G, h))
    return best


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_the_radius_of_a_tiny_network_is_close_below_the_least_over_all_linear_regions(seed):
    model = randomised(dense(2, 4, 3, 3), seed, scale=1.5)
    x = points((2, 2), seed)
    own = model(x).argmax(dim=1)
    exact = [
        exact_least_perturbation(model, point.numpy(), int(k))
        for point, k in zip(x, own, strict=True)
    ]
    exact = torch.tensor(exact, dtype=torch.float64)
    bound = fcflow.certified_perturbation(model, x, upper=exact)
    assert bound.correct.all()
    assert (bound.radius <= exact * (1 + 1e-9)).all()
    assert (bound.radius >= 0.99 * exact).all()
    free = fcflow.certified_perturbation(model, x)
    assert (free.radius <= exact * (1 + 1e-9)).all()


@pytest.mark.parametrize("seed", range(2))
def test_no_sample_of_the_certified_disc_flips_a_deep_network(seed):
    model = randomised(dense(2, 12, 12, 12, 3), seed, scale=1.5)
    x = points((3, 2), seed)
    bound = fcflow.certified_perturbation(model, x)
    angle = torch.linspace(0.0, 2 * np.pi, 20_000, dtype=torch.float64)
    circle = torch.stack([angle.cos(), angle.sin()], dim=1) * (1 - 1e-9)
    own = model(x).argmax(dim=1)
    for point, radius, source in zip(x, bound.radius, own, strict=True):
        assert radius > 0
        for part in (1.0, 0.97, 0.7, 0.4):
            answers = model(point + part * radius * circle).argmax(dim=1)
            assert (answers == source).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_radius_of_an_affine_network_is_the_distance_of_its_nearest_boundary(seed):
    model = randomised(nn.Sequential(nn.Flatten(), nn.Linear(12, 4)).double(), seed)
    x = points((5, 3, 2, 2), seed)
    logits, W = model(x), model[1].weight
    own = logits.argmax(dim=1)
    gap = logits.gather(1, own[:, None]) - logits
    distance = gap / (W[own][:, None] - W).norm(dim=2)
    nearest = distance.nan_to_num(nan=torch.inf).min(dim=1)
    bound = fcflow.certified_perturbation(model, x)
    assert (bound.radius <= nearest.values).all()
    torch.testing.assert_close(bound.radius, nearest.values, rtol=1e-11, atol=0.0)
    assert (bound.target == nearest.indices).all()


@pytest.mark.parametrize("kind", kinds())
def test_no_attack_is_shorter_than_the_radius_whatever_the_layers(kind):
    model, x = randomised(kinds()[kind].double(), 1), points((2, 2, 4, 4), 1)
    own = model(x).argmax(dim=1)
    effort = "quick" if kind in {"average", "largest", "residual"} else "default"
    # It is not told what the attack finds.
    bound = fcflow.certified_perturbation(model, x, effort=effort)
    found = fcflow.minimal_perturbation(model, x, own).norm
    assert bound.correct.all()
    assert (bound.radius <= found).all()
    assert (bound.radius > 0.1 * found).all()


def test_a_bracket_holds_a_perturbation_and_the_bound_below_it():
    model, x = randomised(kinds()["strided"].double(), 1), points((3, 2, 4, 4), 1)
    between = fcflow.bracket(model, x)
    assert between.correct.all()
    assert (between.certified <= between.found).all()
    torch.testing.assert_close(between.ratio, between.certified / between.found)
    assert float(between.ratio.mean()) > 0.8
    assert (model(x + between.delta).argmax(dim=1) != model(x).argmax(dim=1)).all()
    torch.testing.assert_close(between.delta.flatten(1).norm(dim=1), between.found)


def test_samples_near_the_boundary_of_the_ball_do_not_flip_a_convolutional_network():
    model = randomised(kinds()["largest"].double(), 5)
    x = points((1, 2, 4, 4), 5)
    bound = fcflow.certified_perturbation(model, x, effort="quick")
    gaps = model(x).topk(2, dim=1).indices
    for i in range(1):
        e = torch.zeros(64, 2, 4, 4, dtype=torch.float64) + 0.1 * points((64, 2, 4, 4), i)
        for _ in range(60):  # descent on the gap, from many places
            e.requires_grad_()
            logits = model(x[i] + e)
            own = logits[:, gaps[i, 0]]
            others = logits.scatter(1, gaps[i, :1].expand(64, 1), -torch.inf)
            gap = own - others.max(dim=1).values
            assert (gap > 0).all()
            (slope,) = torch.autograd.grad(gap.sum(), e)
            length = slope.flatten(1).norm(dim=1)[:, None, None, None]
            e = (e - 0.1 * bound.radius[i] * slope / length).detach()
            size = e.flatten(1).norm(dim=1)[:, None, None, None]
            e = e * (bound.radius[i] * (1 - 1e-9) / size).clamp(max=1.0)


def test_a_folded_batch_norm_changes_nothing():
    conv, norm = nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)
    after = [nn.ReLU(), nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 3)]
    model = randomised(nn.Sequential(conv, norm, *after).double(), 3)
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    folded = nn.Conv2d(2, 3, 3).double()
    with torch.no_grad():
        folded.weight.copy_(conv.weight * factor[:, None, None, None])
        folded.bias.copy_((conv.bias - norm.running_mean) * factor + norm.bias)
    x = points((3, 2, 4, 4), 3)
    folded = nn.Sequential(folded, *after).eval()
    plain, other = (fcflow.certified_perturbation(m, x, effort="quick") for m in (model, folded))
    torch.testing.assert_close(plain.radius, other.radius, rtol=1e-6, atol=0.0)


def test_more_effort_never_proves_less():
    for kind in ("shallow", "strided"):
        model, x = randomised(kinds()[kind].double(), 7), points((1, 2, 4, 4), 7)
        quick, default, thorough = (
            fcflow.certified_perturbation(model, x, effort=effort).radius
            for effort in ("quick", "default", "thorough")
        )
        assert (quick <= default).all()
        assert (default <= thorough).all()
        assert quick.sum() < thorough.sum()


def test_a_point_is_certified_alike_whatever_it_comes_with():
    model, x = randomised(kinds()["residual"].double(), 8), points((3, 2, 4, 4), 8)
    together = fcflow.certified_perturbation(model, x, effort="quick").radius
    alone = [fcflow.certified_perturbation(model, x[i : i + 1], effort="quick") for i in range(3)]
    assert torch.equal(together, torch.cat([bound.radius for bound in alone]))


def test_a_layer_beyond_the_limit_is_bounded_more_loosely_and_truly():
    model, x = randomised(kinds()["dense"].double(), 9, scale=1.5), points((3, 2, 4, 4), 9)
    found = fcflow.minimal_perturbation(model, x, model(x).argmax(dim=1)).norm
    whole, half, none = (
        fcflow.certified_perturbation(model, x, effort="quick", limit=limit).radius
        for limit in (100, 2, 0)
    )
    assert (none > 0).all()
    assert none.sum() < half.sum() < whole.sum()
    assert (whole <= found).all()


def test_one_target_is_never_nearer_than_the_nearest_and_names_itself():
    model, x = randomised(kinds()["shallow"].double(), 2), points((3, 2, 4, 4), 2)
    own = model(x).argmax(dim=1)
    any_other = fcflow.certified_perturbation(model, x)
    single = [
        fcflow.certified_perturbation(model, x, own, (own + shift) % 4) for shift in (1, 2, 3)
    ]
    radii = torch.stack([bound.radius for bound in single])
    torch.testing.assert_close(radii.min(dim=0).values, any_other.radius, rtol=2e-3, atol=0.0)
    assert all((b.target == (own + s) % 4).all() for s, b in zip((1, 2, 3), single, strict=True))


def test_hundreds_of_classes_are_bounded_together():
    model = randomised(dense(5, 8, 8, 300), 4)
    x = points((2, 5), 4)
    own = model(x).argmax(dim=1)
    bound = fcflow.certified_perturbation(model, x, effort="quick")
    found = fcflow.minimal_perturbation(model, x, own)
    assert (bound.radius > 0.2 * found.norm).all()
    assert (bound.radius <= found.norm).all()


def test_misclassified_points_have_radius_zero_and_name_the_class_they_are_taken_for():
    model, x = randomised(kinds()["dense"].double(), 1), points((3, 2, 4, 4), 1)
    order = model(x).argsort(dim=1, descending=True)
    bound = fcflow.certified_perturbation(model, x, order[:, 1])
    assert not bound.correct.any()
    assert (bound.radius == 0).all()
    assert (bound.target == order[:, 0]).all()
    between = fcflow.bracket(model, x, order[:, 1])
    assert (between.found == 0).all()
    assert between.ratio.isnan().all()


@pytest.mark.parametrize("kind", ["dense", "shallow", "strided"])
def test_an_upper_bound_caps_the_radius(kind):
    model, x = randomised(kinds()[kind].double(), 6), points((3, 2, 4, 4), 6)
    free = fcflow.certified_perturbation(model, x).radius
    assert torch.equal(fcflow.certified_perturbation(model, x, upper=0.0).radius, 0.0 * free)
    half = fcflow.certified_perturbation(model, x, upper=0.5 * free).radius
    assert (half <= 0.5 * free).all()
    torch.testing.assert_close(half, 0.5 * free, rtol=2e-2, atol=0.0)


def test_the_box_of_the_search_leaves_the_order_of_the_bracket():
    model = randomised(kinds()["strided"].double(), 4)
    x = points((3, 2, 4, 4), 4).sigmoid()
    free, boxed = fcflow.bracket(model, x), fcflow.bracket(model, x, bounds=(0.0, 1.0))
    assert (boxed.certified <= boxed.found).all()
    assert (free.certified <= boxed.found).all()


@pytest.mark.parametrize("kind", ["strided", "dense"])
def test_behind_a_normalisation_radii_are_in_the_units_before_it(kind):
    sizes = {"strided": (3, 2, 4, 4), "dense": (3, 5)}
    made = kinds()["strided"].double() if kind == "strided" else dense(5, 7, 3)
    model, x = randomised(made, 4), points(sizes[kind], 4)
    mean, std = [0.3, -0.2] if kind == "strided" else 0.3, 0.25
    shift = torch.tensor(mean, dtype=x.dtype).reshape(-1, *[1] * (x.ndim - 2))
    inner = (x - shift) / std
    outer = fcflow.certified_perturbation(model, x, mean=mean, std=std)
    plain = fcflow.certified_perturbation(model, inner)
    torch.testing.assert_close(outer.radius, std * plain.radius, rtol=1e-6, atol=0.0)
    assert outer.correct.all()
    between = fcflow.bracket(model, x, mean=mean, std=std)
    assert (between.certified <= between.found).all()
    assert (between.certified > 0.8 * outer.radius).all()
    flipped = (x + between.delta - shift) / std
    assert (model(flipped).argmax(dim=1) != model(inner).argmax(dim=1)).all()


def test_a_bracket_takes_a_box_for_each_channel():
    model, x = randomised(kinds()["strided"].double(), 4), points((3, 2, 4, 4), 4).sigmoid()
    low, high = torch.tensor([0.0, -0.5]), torch.tensor([1.0, 1.5])
    between = fcflow.bracket(model, x, bounds=(low, high))
    moved = x + between.delta
    assert (moved >= low.reshape(2, 1, 1) - 1e-12).all()
    assert (moved <= high.reshape(2, 1, 1) + 1e-12).all()
    assert (between.certified <= between.found).all()


def test_weights_in_single_precision_are_certified_as_the_numbers_they_are():
    model, x = randomised(kinds()["residual"], 11), points((2, 2, 4, 4), 11).float()
    single = fcflow.certified_perturbation(model, x, effort="quick")
    double = fcflow.certified_perturbation(model.double(), x.double(), effort="quick")
    assert single.radius.dtype == torch.float64
    assert torch.equal(single.radius, double.radius)


@pytest.mark.parametrize("big", [1.0, 1e6, 1e11])
def test_what_rounding_cancels_is_never_certified(big):
    # (big + 1/3) x - big x: float64 keeps 1/3 to 16, 10 and 5 digits.
    model = nn.Sequential(nn.Linear(1, 2), nn.Linear(2, 2)).double().eval()
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[big + 1 / 3], [-big]], dtype=torch.float64))
        model[0].bias.zero_()
        model[1].weight.copy_(torch.tensor([[1.0, 1.0], [0.0, 0.0]]))
        model[1].bias.copy_(torch.tensor([0.1, 0.0], dtype=torch.float64))
    slope = sum(Fraction(weight) for weight in model[0].weight.flatten().tolist())
    x = Fraction(0.7)
    exact = (slope * x + Fraction(0.1)) / abs(slope)
    radius = fcflow.certified_perturbation(
        model, torch.tensor([[0.7]], dtype=torch.float64), 0, 1
    ).radius
    assert Fraction(float(radius)) <= exact
    assert float(radius) > (0.9 * exact if big < 1e11 else 0.0)


def test_no_points_give_no_radii():
    bound = fcflow.certified_perturbation(dense(2, 3, 2).eval(), torch.zeros(0, 2).double())
    assert bound.radius.shape == bound.correct.shape == bound.target.shape == (0,)


def test_nothing_is_left_in_training_mode_or_with_gradients():
    model, x = dense(2, 3, 3, 2).eval(), points((1, 2), 0)
    fcflow.certified_perturbation(model, x.requires_grad_())
    assert torch.is_grad_enabled()
    assert all(parameter.grad is None for parameter in model.parameters())
    assert x.grad is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"effort": "enormous"}, "effort must be one of quick, default, thorough"),
        ({"limit": -1}, "limit must be at least 0"),
        ({"upper": torch.ones(3)}, "upper must be one norm or one for each of 2 points"),
        ({"upper": -1.0}, "they are not negative"),
        ({"upper": float("nan")}, "they are not negative"),
        ({"source": 2}, "source must be a class from 0 to 1"),
        ({"source": 0, "target": 5}, "target must be a class from 0 to 1"),
        ({"source": 1, "target": 1}, "source and target must be different"),
        ({"x": torch.ones(2)}, "x must be a batch"),
        ({"std": 0.0}, "std must be positive"),
        ({"mean": [0.0, 1.0, 2.0]}, "mean must be a number, one for each"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, message):
    given = {"x": torch.zeros(2, 2, dtype=torch.float64), **arguments}
    with pytest.raises(InputError, match=message):
        fcflow.certified_perturbation(dense(2, 3, 2).eval(), **given)


def test_a_model_in_training_mode_or_with_hooks_that_change_it_is_refused():
    x = torch.zeros(2, 2, dtype=torch.float64)
    with pytest.raises(InputError, match="evaluation mode"):
        fcflow.certified_perturbation(dense(2, 3, 2), x)
    hooked = dense(2, 3, 2).eval()
    hooked[0].register_forward_hook(lambda layer, given, output: output + 1.0)
    with pytest.raises(InputError, match=r"something else than what torch\.fx traces"):
        fcflow.certified_perturbation(hooked, x)
