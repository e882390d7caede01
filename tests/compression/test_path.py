import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fcflow import feature_compression, path_compression
from fcflow.compression.path import PathCompression
from fcflow.errors import InputError

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def gap_difference(path):
    return path.gap[:, 0] - path.gap[:, -1]


def assert_integral_is_the_difference_of_gaps(path, tolerance, atol=0.0):
    assert bool(path.converged.all())
    torch.testing.assert_close(path.integral, gap_difference(path), rtol=tolerance, atol=atol)
    torch.testing.assert_close(
        path.quadrature_error, path.integral - gap_difference(path), rtol=1e-3, atol=1e-6
    )


def equal_steps_error(model, x1, x2, steps):
    """Return the relative error of the midpoint rule with equal steps."""
    gamma = (torch.arange(steps, dtype=x1.dtype) + 0.5) / steps
    x = (x1 + gamma[:, None] * (x2 - x1)).requires_grad_()
    logits = model(x)
    (gradient,) = torch.autograd.grad((logits[:, 0] - logits[:, 1]).sum(), x)
    ends = model(torch.cat([x1, x2])).detach()
    truth = (ends[0, 0] - ends[0, 1]) - (ends[1, 0] - ends[1, 1])
    return abs(float((gradient @ (x1 - x2)[0]).mean() / truth - 1))


@given(seed=st.integers(0, 2**31), d=st.integers(1, 12))
@settings(deadline=None, max_examples=40)
def test_a_linear_model_needs_no_refinement_and_has_one_compression(linear, seed, d):
    draw = torch.Generator().manual_seed(seed)
    weight = torch.randn(2, d, dtype=torch.float64, generator=draw)
    x1, x2 = torch.randn(2, 3, d, dtype=torch.float64, generator=draw)
    path, w, v = (
        path_compression(linear(weight), x1, x2, 0, 1, points=4),
        weight[0] - weight[1],
        x1 - x2,
    )
    assert path.n_gradients.tolist() == [7, 7, 7]
    torch.testing.assert_close(path.integral, v @ w)
    torch.testing.assert_close(path.predicted_length, v @ w / w.norm())
    torch.testing.assert_close(path.flip_length, x1 @ w / w.norm())
    torch.testing.assert_close(path.mean_cos, v @ w / (w.norm() * v.norm(dim=1)))
    torch.testing.assert_close(path.grad_norm, w.norm().expand(3, 4))


@given(seed=st.integers(0, 2**31), depth=st.integers(1, 3))
@settings(deadline=None, max_examples=20)
def test_the_integral_on_a_relu_network_is_the_difference_of_gaps(dense, seed, depth):
    draw = torch.Generator().manual_seed(seed)
    x1, x2 = torch.randn(2, 3, 6, dtype=torch.float64, generator=draw)
    path = path_compression(
        dense(depth, nn.ReLU, seed=seed), 3 * x1, 3 * x2, 0, 1, max_gradients=20_001
    )
    assert_integral_is_the_difference_of_gaps(path, 1e-3)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4, 1e-6])
@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Softplus])
def test_the_integral_is_as_accurate_as_asked_for(dense, draw, activation, tolerance):
    x1, x2 = draw(4, 6), 2 * draw(4, 6, seed=2)
    path = path_compression(
        dense(2, activation), x1, x2, 2, 1, tolerance=tolerance, max_gradients=20_001
    )
    assert_integral_is_the_difference_of_gaps(path, tolerance)


def test_the_integral_on_a_convolutional_network_is_the_difference_of_gaps(convolutional, draw):
    path = path_compression(convolutional(), draw(3, 2, 8, 8), draw(3, 2, 8, 8, seed=2), 0, 1)
    assert_integral_is_the_difference_of_gaps(path, 1e-3)


def test_the_integral_in_single_precision_is_the_difference_of_gaps(dense, draw):
    x1, x2 = draw(4, 6, dtype=torch.float32), draw(4, 6, seed=2, dtype=torch.float32)
    path = path_compression(dense(3, nn.ReLU, dtype=torch.float32), x1, x2, 0, 1)
    # One of these paths has a difference of gaps so small that the rounding of the logits is what
    # it is measured by.
    assert_integral_is_the_difference_of_gaps(path, 1e-3, atol=2e-6)


@pytest.mark.parametrize(("activation", "factor"), [(nn.ReLU, 20), (nn.Tanh, 4)])
def test_equal_steps_need_many_times_the_gradients(dense, draw, activation, factor):
    model, x1, x2 = dense(2, activation), 3 * draw(1, 6), 3 * draw(1, 6, seed=2)
    path = path_compression(model, x1, x2, 0, 1, tolerance=1e-7)
    steps = factor * int(path.n_gradients)
    assert bool(path.converged)
    assert min(equal_steps_error(model, x1, x2, n) for n in (steps // 2, steps)) > 1e-7


def test_the_grid_holds_the_compression_at_equal_steps(dense, draw):
    model, x1, x2 = dense(2, nn.Tanh), draw(3, 6), draw(3, 6, seed=2)
    path = path_compression(model, x1, x2, 0, 1, points=5)
    assert path.gamma.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    for j, gamma in enumerate(path.gamma):
        x = x1 + gamma * (x2 - x1)
        torch.testing.assert_close(path.cos[:, j], feature_compression(model, x, x1 - x2, 0, 1))
        logits = model(x).detach()
        torch.testing.assert_close(path.gap[:, j], logits[:, 0] - logits[:, 1])
    torch.testing.assert_close(path.mean_cos, path.cos.mean(dim=1))
    torch.testing.assert_close(path.predicted_length, path.integral / path.grad_norm[:, 0])
    torch.testing.assert_close(path.flip_length, path.gap[:, 0] / path.grad_norm[:, 0])


def test_turning_the_path_round_changes_the_sign_of_the_integral(dense, draw):
    model, x1, x2 = dense(2, nn.Tanh), draw(3, 6), draw(3, 6, seed=2)
    there, back = (path_compression(model, *ends, 0, 1) for ends in ((x1, x2), (x2, x1)))
    torch.testing.assert_close(there.integral, -back.integral)
    torch.testing.assert_close(there.cos, -back.cos.flip(1))


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_chunks_and_neighbours_do_not_change_a_path(dense, draw, batch):
    model, x1, x2 = dense(2, nn.ReLU), draw(3, 6), draw(3, 6, seed=2)
    together = path_compression(model, x1, x2, 0, 1, batch=batch)
    alone = path_compression(model, x1[1:2], x2[1:2], 0, 1)
    assert int(together.n_gradients[1]) == int(alone.n_gradients)
    for name in ("cos", "integral", "predicted_length", "mean_cos"):
        torch.testing.assert_close(
            getattr(together, name)[1:2], getattr(alone, name), rtol=1e-10, atol=1e-12
        )


def test_no_more_points_than_a_batch_go_through_the_model_at_once(dense, draw):
    sizes = []
    model = dense(2, nn.ReLU)
    model[0].register_forward_hook(lambda module, inputs, output: sizes.append(len(output)))
    path = path_compression(model, draw(3, 6), draw(3, 6, seed=2), 0, 1, batch=10)
    assert max(sizes) == 10
    # One row, all starts, and each twice beside others, before the first gradient.
    assert sum(sizes) == int(path.n_gradients.sum()) + 1 + 3 + 2 * 6


def test_a_path_that_runs_out_of_gradients_says_so(dense, draw):
    model, x1, x2 = dense(2, nn.ReLU), 3 * draw(2, 6), 3 * draw(2, 6, seed=2)
    path = path_compression(model, x1, x2, 0, 1, tolerance=1e-9, max_gradients=40)
    assert not bool(path.converged.any())
    assert int(path.n_gradients.max()) <= 40
    torch.testing.assert_close(
        path.quadrature_error, path.integral - gap_difference(path), rtol=1e-6, atol=1e-12
    )
    assert bool((path.quadrature_error.abs() > 1e-9 * gap_difference(path).abs()).all())


def test_a_jump_that_no_gradient_sees_stays_in_the_error(returning):
    step = returning(lambda x: torch.stack([x[:, 0] + (x[:, 0] > 0.3), 0 * x[:, 0]], dim=1))
    x1, x2 = torch.ones(1, 2, dtype=torch.float64), torch.zeros(1, 2, dtype=torch.float64)
    path = path_compression(step, x1, x2, 0, 1)
    assert float(path.integral) == pytest.approx(1.0)
    assert float(path.quadrature_error) == pytest.approx(-1.0)
    assert not bool(path.converged)
    assert int(path.n_gradients) < 200


def test_equal_gaps_at_both_ends_are_met_to_rounding(linear):
    weight = [[1.0, 0.0], [0.0, 0.0]]
    x1, x2 = (
        torch.tensor([[1.0, 0.0]], dtype=torch.float64),
        torch.tensor([[1.0, 5.0]], dtype=torch.float64),
    )
    path = path_compression(linear(weight), x1, x2, 0, 1)
    assert (bool(path.converged), float(path.integral), float(path.mean_cos)) == (True, 0.0, 0.0)


def test_a_point_without_gradient_leaves_no_average(linear):
    # g is max(x, 0): its gradient is zero on the second half of the path, and at the start of the
    # path turned round.
    model = nn.Sequential(nn.ReLU(), linear([[1.0], [0.0]])).eval()
    x1, x2 = (
        torch.tensor([[1.0], [-1.0]], dtype=torch.float64),
        torch.tensor([[-1.0], [1.0]], dtype=torch.float64),
    )
    path = path_compression(model, x1, x2, 0, 1, points=5)
    assert path.cos[0].isnan().tolist() == [False, False, True, True, True]
    assert bool(path.mean_cos.isnan().all())
    assert path.predicted_length.isnan().tolist() == [False, True]
    assert path.flip_length.isnan().tolist() == [False, True]
    torch.testing.assert_close(
        path.integral, torch.tensor([1.0, -1.0], dtype=torch.float64), rtol=1e-3, atol=0
    )


def test_a_constant_model_integrates_to_zero_and_has_no_compression(linear, draw):
    path = path_compression(
        linear(torch.zeros(2, 3), [1.0, 0.0]), draw(2, 3), draw(2, 3, seed=2), 0, 1
    )
    assert path.integral.tolist() == [0.0, 0.0]
    assert bool(path.converged.all())
    assert bool(path.cos.isnan().all())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("device", DEVICES)
def test_dtype_and_device_follow_the_input(dense, draw, dtype, device):
    x1, x2 = draw(2, 6).to(device, dtype), draw(2, 6, seed=2).to(device, dtype)
    path = path_compression(dense(2, nn.ReLU).to(device, dtype), x1, x2, 0, 1, points=3)
    assert_integral_is_the_difference_of_gaps(path, 1e-3, atol=2e-6)
    for name, value in vars(path).items():
        expected = {"n_gradients": torch.int64, "converged": torch.bool}.get(name, dtype)
        assert (value.dtype, value.device, value.requires_grad) == (expected, x1.device, False)


def test_an_empty_batch_gives_empty_tensors(dense):
    path = path_compression(dense(1, nn.ReLU), torch.empty(0, 6), torch.empty(0, 6), 0, 1, points=3)
    assert isinstance(path, PathCompression)
    assert path.gamma.shape == (3,)
    assert path.cos.shape == path.gap.shape == path.grad_norm.shape == (0, 3)
    assert (
        path.integral.shape
        == path.mean_cos.shape
        == path.converged.shape
        == path.n_gradients.shape
        == (0,)
    )


ONES = torch.ones(4, 6)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"points": 1}, "points must be at least 2"),
        ({"tolerance": 0.0}, "tolerance must be a positive number"),
        ({"tolerance": float("nan")}, "tolerance must be a positive number"),
        ({"max_gradients": 20}, r"max_gradients must be at least 2 \* points - 1 = 21"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"x2": ONES}, "x1 and x2 must differ on every path"),
        (
            {"x2": torch.ones(4, 5)},
            r"same shape, dtype and device, got \[4, 6\] torch.float32 on cpu and \[4, 5\]",
        ),
        ({"x2": 2 * ONES.double()}, "same shape, dtype and device"),
        ({"x1": ONES.long()}, "x1 must be a tensor of floating-point"),
        ({"x2": ONES * torch.nan}, "x2 must be finite"),
        ({"target": 0}, "source and target must be different classes"),
        ({"source": 7}, "must be classes from 0 to 2"),
        ({"model": nn.Linear(6, 2)}, "must be in evaluation mode"),
        ({"model": nn.Linear(6, 1).eval()}, "k >= 2 classes"),
    ],
)
def test_bad_input_is_refused(dense, changed, message):
    good = {
        "model": dense(1, nn.ReLU, dtype=torch.float32),
        "x1": ONES,
        "x2": 2 * ONES,
        "source": 0,
        "target": 1,
    }
    with pytest.raises(InputError, match=message):
        path_compression(**{**good, **changed})
