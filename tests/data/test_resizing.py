import numpy as np
import pytest
import torch
from torch.nn import functional

from fcflow.data.resizing import resized
from fcflow.errors import InputError


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(("side", "size"), [(28, 14), (28, 7), (32, 8)])
def test_smaller_images_hold_the_means_of_areas(side, size):
    pixels = noise(3, side, side)
    factor = side // size
    means = pixels.reshape(3, size, factor, size, factor).mean(axis=(2, 4))
    np.testing.assert_allclose(resized(pixels, size), means, rtol=1e-6)


@pytest.mark.parametrize(("side", "size"), [(28, 20), (32, 14), (9, 8)])
def test_areas_count_a_pixel_by_the_share_of_it_that_they_cover(side, size):
    pixels = noise(1, side, side)
    # Every pixel cut into size × size parts, of which side × side make one area.
    parts = pixels.repeat(size, axis=1).repeat(size, axis=2)
    means = parts.reshape(1, size, side, size, side).mean(axis=(2, 4))
    np.testing.assert_allclose(resized(pixels, size), means, rtol=1e-5)


@pytest.mark.parametrize("size", [56, 112, 45])
def test_larger_images_are_interpolated_as_pytorch_does_it(size):
    pixels = noise(1, 28, 28)
    expected = functional.interpolate(
        torch.tensor(pixels[None]).double(), size=(size, size), mode="bilinear"
    )
    np.testing.assert_allclose(resized(pixels, size), expected[0], atol=1e-3)


def test_an_image_of_the_size_asked_for_stays_as_it_is():
    pixels = noise(3, 28, 28)
    np.testing.assert_array_equal(resized(pixels, 28), pixels)


def test_an_image_that_is_no_square_loses_its_longer_sides_ends():
    wide = noise(1, 4, 9)
    np.testing.assert_array_equal(resized(wide, 4), wide[:, :, 2:6])
    np.testing.assert_array_equal(resized(wide.transpose(0, 2, 1), 4)[0], wide[0, :, 2:6].T)


def test_no_pixels_are_refused():
    with pytest.raises(InputError, match="size must be at least 1, got 0"):
        resized(noise(1, 2, 2), 0)
