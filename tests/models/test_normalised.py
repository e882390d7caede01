import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.models.normalised import normalised

X = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


@pytest.mark.parametrize(
    "shape", [(), (3,), (3, 1, 1), (1, 3, 1, 1), (3, 4, 4)], ids=lambda shape: f"{len(shape)}d"
)
def test_statistics_of_every_shape_are_subtracted_and_divided_by(shape):
    centre = torch.full((), 0.5) if shape == () else torch.tensor(MEAN).reshape(3, 1, 1)
    spread = torch.full((), 0.2) if shape == () else torch.tensor(STD).reshape(3, 1, 1)
    whole = (3, *(shape[-2:] if len(shape) > 1 else (1, 1)))
    mean, std = (v if shape == () else v.expand(whole).reshape(shape) for v in (centre, spread))
    result = normalised(nn.Identity().eval(), X, mean, std)(X)
    torch.testing.assert_close(result, (X - centre) / spread)


def test_lists_are_one_number_for_each_channel_and_one_may_be_left_out():
    identity = nn.Identity().eval()
    torch.testing.assert_close(
        normalised(identity, X, MEAN, None)(X), X - torch.tensor(MEAN).reshape(3, 1, 1)
    )
    assert normalised(identity, X, None, None) is identity


@pytest.mark.parametrize(
    ("mean", "std", "message"),
    [
        ([0.1, 0.2], None, "mean must be a number, one for each of 3 channels"),
        (0.0, 0.0, "std must be positive"),
        (float("nan"), 1.0, "mean must not be NaN"),
        ("red", 1.0, "mean must be a number"),
    ],
)
def test_statistics_that_do_not_fit_are_named(mean, std, message):
    with pytest.raises(InputError, match=message):
        normalised(nn.Identity().eval(), X, mean, std)
