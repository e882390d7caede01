import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fcflow import feature_compression, projection_ratio, span_ratio
from fcflow.compression.direction import direction_cosine
from fcflow.errors import InputError

MEASURES = [feature_compression, projection_ratio, span_ratio]
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@given(seed=st.integers(0, 2**31), d=st.integers(1, 20), k=st.integers(2, 5))
@settings(deadline=None, max_examples=40)
def test_compression_of_a_linear_model_is_the_cosine_with_its_weights(linear, seed, d, k):
    draw = np.random.default_rng(seed)
    weight, x, v = (
        draw.standard_normal((k, d)),
        draw.standard_normal((7, d)),
        draw.standard_normal((7, d)),
    )
    cosine = feature_compression(linear(weight), torch.from_numpy(x), torch.from_numpy(v), k - 1, 0)
    np.testing.assert_allclose(cosine, direction_cosine(weight[k - 1] - weight[0], v), atol=1e-12)


@given(seed=st.integers(0, 2**31), d=st.integers(1, 20))
@settings(deadline=None, max_examples=40)
def test_least_perturbation_over_half_distance_is_the_compression_when_gaps_are_opposite(
    linear, seed, d
):
    draw = torch.Generator().manual_seed(seed)
    weight = torch.randn(2, d, dtype=torch.float64, generator=draw)
    x1, x2 = torch.randn(2, 1, d, dtype=torch.float64, generator=draw)
    w = weight[0] - weight[1]
    bias = -float(w @ (x1 + x2)[0]) / 2
    model = linear(weight, [bias, 0.0])
    perturbation = abs(float(w @ x1[0] + bias)) / float(w.norm())
    ratio = perturbation / (float((x1 - x2).norm()) / 2)
    assert ratio == pytest.approx(float(projection_ratio(model, x1, x1 - x2, 0, 1)), abs=1e-9)


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Softplus])
def test_compression_times_the_gradient_norm_is_the_finite_difference_of_the_gap(
    dense, draw, activation
):
    model, x, v, h = dense(2, activation), draw(9, 6), draw(9, 6, seed=2), 1e-6

    def gap(at):
        with torch.no_grad():
            logits = model(at)
        return logits[:, 2] - logits[:, 0]

    def slope(along):
        return (gap(x + h * along) - gap(x - h * along)) / (2 * h)

    gradient = torch.stack(
        [slope(axis.expand(9, 6)) for axis in torch.eye(6, dtype=torch.float64)], dim=1
    )
    expected = slope(v) / (gradient.norm(dim=1) * v.norm(dim=1))
    torch.testing.assert_close(feature_compression(model, x, v, 2, 0), expected, atol=1e-7, rtol=0)


def test_exchanging_the_classes_or_turning_the_direction_changes_the_sign(dense, draw):
    model, x, v = dense(1, nn.ReLU), draw(5, 6), draw(6)
    cos = feature_compression(model, x, v, 0, 1)
    torch.testing.assert_close(feature_compression(model, x, v, 1, 0), -cos)
    torch.testing.assert_close(feature_compression(model, x, -v, 0, 1), -cos)


def test_one_direction_and_one_class_stand_for_all_points(dense, draw):
    model, x, v = dense(1, nn.ReLU), draw(5, 6), draw(6)
    source, target = torch.full((5,), 2), torch.zeros(5, dtype=torch.int32)
    expected = feature_compression(model, x, v.expand(5, 6), source, target)
    for direction in (v, v[None]):
        torch.testing.assert_close(feature_compression(model, x, direction, 2, 0), expected)


def test_each_point_has_its_own_classes(dense, draw):
    model, x, v = dense(1, nn.ReLU), draw(2, 6), draw(6)
    mixed = feature_compression(model, x, v, torch.tensor([0, 2]), torch.tensor([1, 1]))
    assert mixed[0] == pytest.approx(float(feature_compression(model, x[:1], v, 0, 1)))
    assert mixed[1] == pytest.approx(float(feature_compression(model, x[1:], v, 2, 1)))


@pytest.mark.parametrize("measure", MEASURES)
def test_images_are_as_good_as_vectors(convolutional, draw, measure):
    images, v = draw(3, 2, 8, 8), draw(2, 8, 8, seed=2)
    model = convolutional()
    flat = nn.Sequential(nn.Unflatten(1, (2, 8, 8)), model).eval()
    expected = measure(flat, images.flatten(1), v.flatten(), 0, 1)
    torch.testing.assert_close(measure(model, images, v, 0, 1), expected)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("batch", [1, 3, 100])
def test_chunks_do_not_change_the_result(dense, draw, measure, batch):
    model, x, v = dense(2, nn.ReLU), draw(7, 6), draw(7, 6, seed=2)
    expected = measure(model, x, v, 0, 1)
    torch.testing.assert_close(
        measure(model, x, v, 0, 1, batch=batch), expected, rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("device", DEVICES)
def test_dtype_and_device_follow_the_input(dense, draw, measure, dtype, device):
    model, x, v = dense(1, nn.ReLU).to(device, dtype), draw(4, 6).to(device, dtype), draw(6)
    cosine = measure(model, x, v, 0, 1)
    assert (cosine.dtype, cosine.device, cosine.requires_grad) == (dtype, x.device, False)


@pytest.mark.parametrize("guard", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_the_model_and_the_input_are_left_as_they_were(convolutional, draw, guard):
    model, x = convolutional(), draw(3, 2, 8, 8).requires_grad_()
    model[0].bias.requires_grad_(False)
    model[0].weight.grad = torch.ones_like(model[0].weight)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    flags = [p.requires_grad for p in model.parameters()]
    with guard():
        feature_compression(model, x, draw(2, 8, 8), 0, 1)
        span_ratio(model, x, draw(2, 8, 8), 0, 1)
    assert not any(part.training for part in model.modules())
    assert [p.requires_grad for p in model.parameters()] == flags
    assert [p.grad is None for p in model.parameters()] == [False, *[True] * (len(flags) - 1)]
    assert bool((model[0].weight.grad == 1).all())
    assert x.grad is None
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@given(seed=st.integers(0, 2**31))
@settings(deadline=None, max_examples=30)
def test_rho_is_at_most_rho_of_the_span_which_is_at_most_one(dense, seed):
    draw = torch.Generator().manual_seed(seed)
    x, v = torch.randn(2, 5, 6, dtype=torch.float64, generator=draw)
    model = dense(2, nn.ReLU, seed=seed)
    rho, rho2 = projection_ratio(model, x, v, 0, 1), span_ratio(model, x, v, 0, 1)
    torch.testing.assert_close(rho, feature_compression(model, x, v, 0, 1).abs())
    assert bool((rho <= rho2 + 1e-12).all())
    assert bool((rho2 <= 1).all())


def test_the_ratio_of_the_span_is_the_least_squares_projection(linear, draw):
    weight, x, v = draw(3, 9), draw(4, 9, seed=2), draw(4, 9, seed=3)
    basis = weight[:2].T
    projected = (basis @ torch.linalg.lstsq(basis, v.T).solution).T
    expected = projected.norm(dim=1) / v.norm(dim=1)
    torch.testing.assert_close(span_ratio(linear(weight), x, v, 0, 1), expected)


@pytest.mark.parametrize("factor", [2.0, -1.0, 1e-30, 1 + 1e-15, 0.0])
def test_parallel_gradients_span_a_line(linear, factor):
    weight = torch.tensor([[3.0, 4.0, 0.0], [3 * factor, 4 * factor, 0.0]], dtype=torch.float64)
    x, v = (
        torch.zeros(1, 3, dtype=torch.float64),
        torch.tensor([0.0, 2.0, 0.0], dtype=torch.float64),
    )
    assert float(span_ratio(linear(weight), x, v, 0, 1)) == pytest.approx(0.8, rel=1e-12)


def test_gradients_of_very_different_length_span_a_plane(linear):
    weight = torch.tensor([[1e8, 0.0, 0.0], [0.0, 1e-8, 0.0]], dtype=torch.float64)
    x, v = (
        torch.zeros(1, 3, dtype=torch.float64),
        torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64),
    )
    assert float(span_ratio(linear(weight), x, v, 0, 1)) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e160, 1e300])
def test_compression_survives_gradients_whose_squares_leave_the_range_of_float64(linear, scale):
    weight = torch.tensor([[3.0, 4.0], [0.0, 0.0]], dtype=torch.float64) * scale
    x, v = torch.zeros(1, 2, dtype=torch.float64), torch.tensor([0.0, 2.0], dtype=torch.float64)
    assert float(feature_compression(linear(weight), x, v, 0, 1)) == pytest.approx(0.8, rel=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_zero_gradient_has_no_compression(linear, returning, measure):
    constant = returning(lambda x: torch.tensor([1.0, 2.0]).expand(len(x), 2))
    x = torch.ones(2, 3, dtype=torch.float64)
    for model in (constant, linear(torch.zeros(2, 3))):
        assert bool(measure(model, x, torch.ones(3), 0, 1).isnan().all())


@pytest.mark.parametrize("measure", MEASURES)
def test_an_empty_batch_gives_an_empty_tensor(dense, measure):
    assert measure(dense(1, nn.ReLU), torch.empty(0, 6), torch.ones(6), 0, 1).shape == (0,)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lambda x: x[:, :1], r"logits \[4, k\] of k >= 2 classes, got shape \[4, 1\]"),
        (lambda x: x[:, 0], r"got shape \[4\]"),
        (lambda x: x[:2], r"got shape \[2, 6\]"),
        (lambda x: (x, x), "got tuple"),
        (lambda x: x * torch.nan, "logits are not finite"),
        (lambda x: x.sign() * x.abs().mul(0).sqrt(), "gradient is not finite"),
    ],
)
def test_a_model_without_finite_logits_and_gradients_is_refused(returning, value, message, draw):
    with pytest.raises(InputError, match=message):
        feature_compression(returning(value), draw(4, 6), draw(6), 0, 1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"target": 0}, "source and target must be different classes"),
        ({"source": 3}, "must be classes from 0 to 2"),
        ({"source": -1}, "must be classes from 0 to 2"),
        ({"source": 0.0}, "source must be a class number"),
        ({"target": True}, "target must be a class number"),
        ({"source": torch.zeros(3, dtype=torch.int64)}, r"one for each of 4 inputs, got \[3\]"),
        (
            {"x": torch.ones(4, 6, dtype=torch.int64)},
            "x must be a tensor of floating-point numbers, got torch.int64",
        ),
        ({"x": np.ones((4, 6))}, "floating-point numbers, got ndarray"),
        ({"x": torch.ones(6)}, "a single input is a batch of one"),
        ({"x": torch.full((4, 6), torch.nan)}, "x must be finite"),
        ({"direction": torch.zeros(6)}, "every direction must be different from zero"),
        (
            {"direction": torch.eye(4, 6) * torch.tensor([[1.0], [1], [1], [0]])},
            "different from zero",
        ),
        ({"direction": torch.ones(5)}, r"direction must have the shape of x, \[4, 6\]"),
        ({"direction": 1.0}, "or of one input, got float"),
        ({"direction": torch.full((6,), torch.inf)}, "direction must be finite"),
        (
            {"direction": torch.ones(6, dtype=torch.int64)},
            "direction must be a tensor of floating-point",
        ),
        ({"batch": 0}, "batch must be at least 1"),
        ({"model": torch.sin}, "model must be a torch module"),
    ],
)
@pytest.mark.parametrize("measure", MEASURES)
def test_bad_input_is_refused(dense, measure, changed, message):
    good = {
        "model": dense(1, nn.ReLU, dtype=torch.float32),
        "x": torch.ones(4, 6),
        "direction": torch.ones(6),
    }
    with pytest.raises(InputError, match=message):
        measure(**{**good, "source": 0, "target": 1, **changed})


def test_a_model_with_any_part_in_training_mode_is_refused(convolutional, draw):
    model = convolutional()
    model[4].train()
    with pytest.raises(InputError, match=r"call model.eval\(\) first \(4 is in training mode\)"):
        feature_compression(model, draw(1, 2, 8, 8), draw(2, 8, 8), 0, 1)
    with pytest.raises(InputError, match="the model is in training mode"):
        feature_compression(model.train(), draw(1, 2, 8, 8), draw(2, 8, 8), 0, 1)


def test_weights_that_are_not_numbers_are_refused(dense, draw):
    model = dense(1, nn.ReLU)
    with torch.no_grad():
        model[0].weight[0, 0] = torch.nan
    with pytest.raises(InputError, match="logits are not finite"):
        feature_compression(model, draw(1, 6), draw(6), 0, 1)
