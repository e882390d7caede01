import pytest
import torch
from torch import nn

from fcflow.compression.memory import gradient_batch, gradient_bytes
from fcflow.errors import InputError
from fcflow.gradients.gap import gap_gradient


@pytest.fixture
def model():
    torch.manual_seed(0)
    layers = [
        nn.Conv2d(3, 16, 3, padding=1),
        nn.Tanh(),
        nn.Conv2d(16, 16, 3, padding=1),
        nn.Tanh(),
        nn.Flatten(),
    ]
    return nn.Sequential(*layers, nn.Linear(16 * 64, 2)).eval().requires_grad_(False)


def test_what_the_forward_pass_keeps_is_counted_without_the_weights(model):
    activation = 16 * 8 * 8 * 4
    image = 3 * 8 * 8 * 4
    # Both outputs of tanh, and whatever the layers keep of their inputs; the workspace is four of
    # the largest.
    kept = gradient_bytes(model, torch.rand(1, 3, 8, 8)) - 4 * activation
    assert 2 * activation <= kept <= 3 * activation + image


def test_bytes_belong_to_one_input_and_grow_with_its_size(model):
    tanh = nn.Tanh().eval()
    assert gradient_bytes(model, torch.rand(5, 3, 8, 8)) == gradient_bytes(
        model, torch.rand(1, 3, 8, 8)
    )
    assert gradient_bytes(tanh, torch.rand(1, 3, 16, 16)) == 4 * gradient_bytes(
        tanh, torch.rand(1, 3, 8, 8)
    )


def test_the_batch_fits_and_one_more_does_not(model):
    x = torch.rand(1, 3, 8, 8)
    gradient = gradient_bytes(model, x)
    assert gradient_batch(model, x, 7 * gradient) == 7
    assert gradient_batch(model, x, 7 * gradient - 1) == 6
    assert gradient_batch(model, x, 1) == 1


def test_the_gradient_after_counting_is_as_before(model):
    x, pair = torch.rand(2, 3, 8, 8), torch.tensor([[0, 1], [1, 0]])
    _, before = gap_gradient(model, x, pair)
    gradient_bytes(model, x)
    assert torch.equal(gap_gradient(model, x, pair)[1], before)


@pytest.mark.parametrize("memory", [0, -1.0, float("nan")])
def test_memory_must_be_positive(model, memory):
    with pytest.raises(InputError, match="memory must be positive"):
        gradient_batch(model, torch.rand(1, 3, 8, 8), memory)


def test_of_a_linear_model_there_is_the_gradient_itself():
    model = nn.Linear(10, 2).eval().requires_grad_(False)
    assert gradient_bytes(model, torch.zeros(1, 10)) == 40
    assert gradient_batch(model, torch.zeros(1, 10), memory=400) == 10
