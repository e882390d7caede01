import timm
import torch
from torch import nn

from fcflow.gradients.gap import gap_gradient
from fcflow.networks.folding import fold_batch_norms


def drawn(network):
    """Give a network's batch norms statistics that matter, and float64."""
    draw = torch.Generator().manual_seed(0)
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            for values in (part.weight.data, part.bias.data, part.running_mean, part.running_var):
                values.copy_(torch.rand(values.shape, generator=draw) + 0.5)
    return network.eval().double().requires_grad_(False)


def assert_the_same(ours, theirs, x):
    pair = torch.tensor([[0, 1]]).expand(len(x), 2)
    for folded, plain in zip(
        gap_gradient(ours, x, pair), gap_gradient(theirs, x, pair), strict=True
    ):
        assert float((folded - plain).norm() / plain.norm()) < 1e-11


def images(size=64):
    return torch.rand(
        2, 3, size, size, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )


def test_efficientnet_lite0_without_batch_norms_is_the_same_function():
    network, plain = (drawn(timm.create_model("tf_efficientnet_lite0")) for _ in range(2))
    plain.load_state_dict(network.state_dict())
    assert fold_batch_norms(network) == 49
    assert not any(isinstance(part, nn.BatchNorm2d) for part in network.modules())
    assert_the_same(network, plain, images())


def test_a_residual_network_without_batch_norms_is_the_same_function():
    network, plain = (drawn(timm.create_model("resnet18")) for _ in range(2))
    plain.load_state_dict(network.state_dict())
    assert fold_batch_norms(network) == 20
    assert_the_same(network, plain, images())


class Shared(nn.Module):
    """A convolution whose output is used twice, and one that is called twice."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3)
        self.twice, self.other = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3)

    def forward(self, x):
        """Return three numbers for each image."""
        z = self.first(x)
        z = z + self.norm(z)
        return (self.other(self.twice(z)) + self.twice(x)).mean(dim=(2, 3))


def test_a_convolution_with_another_use_is_left_alone():
    network = drawn(Shared())
    before = [values.clone() for values in network.state_dict().values()]
    assert fold_batch_norms(network) == 0
    assert all(
        torch.equal(*both) for both in zip(before, network.state_dict().values(), strict=True)
    )


class Branching(nn.Module):
    """A network whose graph depends on its input."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 3, 3), nn.BatchNorm2d(3))

    def forward(self, x):
        """Return three numbers for each image."""
        return self.body(x if x.sum() > 0 else -x).mean(dim=(2, 3))


def test_a_network_that_cannot_be_traced_is_left_alone():
    assert fold_batch_norms(drawn(Branching())) == 0


def test_a_batch_norm_in_training_mode_is_left_alone():
    assert fold_batch_norms(nn.Sequential(nn.Conv2d(3, 3, 3), nn.BatchNorm2d(3))) == 0
