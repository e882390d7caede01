import pytest
import torch

from fcflow import Factors, factors, feature_compression, minimal_perturbation, path_compression
from fcflow.errors import InputError


def product(why):
    return why.weighted_cosine * why.evenness * why.boundary_place * why.curvature


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_their_product_is_the_length_over_half_the_distance(dense, draw, dtype):
    model = dense(2, torch.nn.Tanh, dtype=dtype)
    x1, x2 = draw(20, 6, seed=1, dtype=dtype), draw(20, 6, seed=2, dtype=dtype)
    source = model(x1).argmax(dim=1)
    length = minimal_perturbation(model, x1, source, (source + 1) % 3, criterion="pair").norm
    path = path_compression(model, x1, x2, source, (source + 1) % 3, points=5)

    why = factors(path, x1, x2, length)

    half = (x1.double() - x2.double()).norm(dim=1) / 2
    torch.testing.assert_close(why.ratio, length / half)
    torch.testing.assert_close(product(why), why.ratio, rtol=1e-12, atol=0.0)
    assert bool((why.curvature - 1).abs().max() > 0.01)


def test_three_of_a_linear_model_are_one_where_the_boundary_is_in_the_middle(linear, draw):
    weight = draw(2, 5)
    model, normal, x1 = linear(weight), weight[0] - weight[1], draw(8, 5, seed=3)
    # A point whose gap is that of x1 with the opposite sign, but not x1's mirror image.
    aside = draw(8, 5, seed=4)
    aside -= (aside @ normal / normal.square().sum())[:, None] * normal
    x2 = x1 - 2 * (x1 @ normal / normal.square().sum())[:, None] * normal + aside
    ahead = x1 @ normal > 0
    source, target = (~ahead).long(), ahead.long()
    length = minimal_perturbation(model, x1, source, target).norm

    why = factors(path_compression(model, x1, x2, source, target), x1, x2, length)

    one = torch.ones(8, dtype=torch.float64)
    torch.testing.assert_close(why.evenness, one)
    torch.testing.assert_close(why.boundary_place, one)
    torch.testing.assert_close(why.curvature, one, rtol=1e-5, atol=0.0)
    cosine = feature_compression(model, x1, x1 - x2, source, target)
    torch.testing.assert_close(why.ratio, cosine, rtol=1e-5, atol=0.0)


def test_where_no_perturbation_was_found_only_the_path_has_factors(linear, draw):
    x1, x2 = draw(2, 3, seed=1), draw(2, 3, seed=2)
    path = path_compression(linear(draw(2, 3)), x1, x2, 0, 1)
    why = factors(path, x1, x2, torch.tensor([torch.inf, 1.0]))
    assert why.curvature.isnan().tolist() == why.ratio.isnan().tolist() == [True, False]
    assert bool(why.weighted_cosine.isfinite().all())


def test_a_point_that_is_not_finite_takes_no_other_with_it(linear, draw):
    x1, x2 = draw(2, 3, seed=1), draw(2, 3, seed=2)
    path = path_compression(linear(draw(2, 3)), x1, x2, 0, 1)
    x1[0, 0] = torch.inf
    assert factors(path, x1, x2, torch.ones(2)).ratio.isnan().tolist() == [True, False]


def test_a_wrong_argument_is_named(linear, draw):
    x1, x2, length = draw(2, 3, seed=1), draw(2, 3, seed=2), torch.ones(2)
    path = path_compression(linear(draw(2, 3)), x1, x2, 0, 1)
    assert isinstance(factors(path, x1, x2, length), Factors)
    for arguments, message in [
        ((x1, x1, x2, length), "path must be what path_compression returns, got Tensor"),
        ((path, x1[:1], x2[:1], length), "x1 and x2 must be the ends of the 2 paths"),
        ((path, x1, x2[:, :2], length), "x1 and x2 must be the ends of the 2 paths"),
        ((path, x1.long(), x2, length), "x1 must be a tensor of floating-point numbers"),
        ((path, x1, x2, length[:1]), r"length must be a floating-point tensor \[2\], got \[1\]"),
        ((path, x1, x2, 1.0), r"length must be a floating-point tensor \[2\], got float"),
    ]:
        with pytest.raises(InputError, match=message):
            factors(*arguments)
