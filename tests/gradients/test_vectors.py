import pytest
import torch

from fcflow.gradients.vectors import cosine, length_and_cosine, norm, unit


@pytest.mark.parametrize("paths", [1, 3])
@pytest.mark.parametrize("scale", [1.0, 1e30, 1e-30])
def test_length_and_cosine_are_norm_and_cosine_of_each_gradient(paths, scale):
    draw = torch.Generator().manual_seed(paths)
    gradient = scale * torch.randn(6, 2, 4, 5, generator=draw)
    directions = torch.randn(paths, 2, 4, 5, generator=draw, dtype=torch.float64)
    place = torch.arange(6) % paths

    channels_last = gradient.contiguous(memory_format=torch.channels_last)
    length, cos = length_and_cosine(channels_last, unit(directions), place)
    torch.testing.assert_close(length, norm(gradient.double()), rtol=1e-14, atol=0)
    torch.testing.assert_close(cos, cosine(gradient.double(), directions[place]))


def test_a_zero_gradient_has_no_length_and_no_direction():
    direction = unit(torch.ones(1, 3, dtype=torch.float64))
    length, cos = length_and_cosine(torch.zeros(1, 3), direction, torch.tensor([0]))
    assert length.item() == 0
    assert cos.isnan().item()


def test_gradients_are_left_as_they_were():
    gradient = torch.ones(1, 3, dtype=torch.float64)
    length_and_cosine(gradient, unit(gradient), torch.tensor([0]))
    assert gradient.tolist() == [[1.0, 1.0, 1.0]]
