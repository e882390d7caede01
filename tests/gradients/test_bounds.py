import pytest
import torch

from fcflow.errors import InputError
from fcflow.gradients.bounds import check_bounds

X = torch.full((2, 3, 4, 4), 0.5)


def test_no_bounds_and_two_numbers_are_taken_as_they_are():
    assert check_bounds(None, X) == (None, X, "")
    box, inside, note = check_bounds((0, 1), X)
    assert (box, note) == ((0.0, 1.0), "")
    assert inside is X


@pytest.mark.parametrize(
    "low", [torch.zeros(3), torch.zeros(3, 1, 1), torch.zeros(3, 4, 4), torch.zeros(1, 3, 4, 4)]
)
def test_bounds_by_channel_and_by_coordinate_broadcast_to_the_points(low):
    (least, greatest), _, _ = check_bounds((low, 1.0), X)
    assert torch.equal(least.expand(X.shape), torch.zeros_like(X))
    assert torch.equal(greatest.expand(X.shape), torch.ones_like(X))


def test_bounds_are_rounded_inwards():
    for dtype in (torch.float32, torch.bfloat16):
        box, _, _ = check_bounds((0.1, 0.7), X.to(dtype))
        assert box[0] >= 0.1
        assert box[1] <= 0.7


def test_points_outside_by_rounding_are_moved_in_and_it_is_said():
    mean, std = 0.485, 0.229
    x = torch.zeros(1, 2)
    x[0, 1] = 1.0
    x = (x - mean) / std
    box, inside, note = check_bounds(((0 - mean) / std, (1 - mean) / std), x)
    assert inside.min() >= box[0]
    assert inside.max() <= box[1]
    assert (inside - x).abs().max() < 3e-7
    assert torch.equal(inside, x) == (note == "")


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((1.0, 0.0), "a lower and a greater upper value"),
        ((0.0, 0.0), "a lower and a greater upper value"),
        ((0.6, 1.0), "x must lie within bounds"),
        (0.5, "bounds must be a pair"),
        ((0.0, 0.5, 1.0), "bounds must be a pair"),
        ((torch.nan, 1.0), "bounds must not be NaN"),
        ((torch.zeros(5), 1.0), "bounds must be a number, one for each of 3 channels"),
        (("low", 1.0), "bounds must be a number"),
    ],
)
def test_what_is_no_box_around_the_points_is_refused(bounds, message):
    with pytest.raises(InputError, match=message):
        check_bounds(bounds, X)
