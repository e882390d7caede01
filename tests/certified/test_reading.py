import pytest
import torch
from torch import nn
from torch.nn import functional

from fcflow.certified.reading import read_graph
from fcflow.errors import InputError
from fcflow.networks.mnist_cnn import initial_mnist_cnn


def randomised(model, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            positive = name.endswith("running_var")
            values = torch.randn(tensor.shape, generator=generator).to(tensor)
            tensor.copy_(values.abs() + 0.5 if positive else 0.5 * values)
    return model.eval()


class Branches(nn.Module):
    """Layers called as functions, sums, and code between them."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(2, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 4, 3, padding=1)
        self.head = nn.Parameter(torch.zeros(3, 4))
        self.register_buffer("mean", torch.zeros(1, 2, 1, 1))

    def forward(self, x, factor=2.0):
        """Return logits [n, 3] of images [n, 2, 6, 6]."""
        x = (x - self.mean) / 0.3
        h = functional.relu(self.norm(self.first(x)))
        h = h * factor - functional.leaky_relu(self.second(h), 0.2)
        h += 1.0
        h = functional.max_pool2d(functional.dropout(h, 0.5, self.training), 2)
        h = functional.avg_pool2d(h, 2, stride=1, padding=1).mean((2, 3))
        h = h.view(h.size(0), -1, 1).permute(0, 2, 1).reshape(h.shape[0], 4)
        return functional.linear(-torch.add(h, h.relu(), alpha=-3.0), self.head)


KINDS = {
    "leaky": nn.Sequential(nn.Flatten(), nn.Linear(72, 5), nn.LeakyReLU(0.1), nn.Linear(5, 3)),
    "relu6": nn.Sequential(nn.Flatten(), nn.Linear(72, 5), nn.ReLU6(), nn.Linear(5, 3)),
    "strided": nn.Sequential(nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.Flatten()),
    "unequal": nn.Sequential(nn.Conv2d(2, 4, (1, 3), stride=(2, 1), padding=(1, 0)), nn.Flatten()),
    "dilated": nn.Sequential(nn.Conv2d(2, 4, 3, dilation=2, groups=2), nn.Flatten()),
    "same": nn.Sequential(nn.Conv2d(2, 4, 4, padding="same"), nn.Flatten()),
    "reflect": nn.Sequential(nn.Conv2d(2, 4, 3, padding=2, padding_mode="reflect"), nn.Flatten()),
    "circular": nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=(1, 2), padding_mode="circular"), nn.Flatten()
    ),
    "replicate": nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, padding_mode="replicate"), nn.Flatten()
    ),
    "average": nn.Sequential(nn.AvgPool2d(3, 2, padding=1), nn.Flatten()),
    "average of what is there": nn.Sequential(
        nn.AvgPool2d(3, 2, padding=1, count_include_pad=False, ceil_mode=True), nn.Flatten()
    ),
    "adaptive": nn.Sequential(nn.AdaptiveAvgPool2d((4, 1)), nn.Flatten()),
    "largest": nn.Sequential(nn.MaxPool2d(2), nn.Flatten()),
    "largest after relu": nn.Sequential(nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten()),
    "largest, padded": nn.Sequential(nn.MaxPool2d(3, 2, padding=1), nn.Flatten()),
    "largest, dilated": nn.Sequential(
        nn.MaxPool2d(2, 1, padding=1, dilation=3, ceil_mode=True), nn.Flatten()
    ),
    "largest, unequal": nn.Sequential(nn.MaxPool2d((3, 2), (2, 3), ceil_mode=True), nn.Flatten()),
    "norms": nn.Sequential(
        nn.BatchNorm2d(2, affine=False),
        nn.Flatten(),
        nn.BatchNorm1d(72),
        nn.Dropout(),
        nn.Identity(),
    ),
    "nested": nn.Sequential(
        nn.Sequential(nn.ZeroPad2d((1, 0, 2, 0)), nn.Sequential(nn.Conv2d(2, 2, 2))), nn.Flatten()
    ),
    "flat and back": nn.Sequential(
        nn.Flatten(), nn.Unflatten(1, (2, 6, 6)), nn.Conv2d(2, 2, 3), nn.Flatten()
    ),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("kind", KINDS)
def test_the_graph_of_every_layer_computes_what_the_layer_does(kind):
    model = randomised(KINDS[kind]).double()
    x = torch.randn(5, 2, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    graph = read_graph(model, x)
    torch.testing.assert_close(graph.values(x)[-1], model(x), rtol=1e-12, atol=1e-12)


def test_code_between_layers_is_read_too():
    model = randomised(Branches()).double()
    x = torch.randn(5, 2, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(read_graph(model, x).values(x)[-1], model(x), rtol=1e-12, atol=1e-12)


def test_the_mnist_network_with_its_own_pooling_is_read():
    model = initial_mnist_cnn((2, 3), 4, mean=0.1, std=0.3, seed=0).eval()
    x = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    logits = read_graph(model, x).values(x.double())[-1]
    torch.testing.assert_close(logits, model.double()(x.double()), rtol=1e-10, atol=1e-10)


def test_single_precision_weights_are_taken_as_they_are():
    model = randomised(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)))
    x = torch.randn(2, 3, generator=torch.Generator().manual_seed(1))
    logits = read_graph(model, x).values(x.double())[-1]
    torch.testing.assert_close(logits, model.double()(x.double()), rtol=1e-14, atol=1e-14)


class Squared(nn.Module):
    """The square."""

    def forward(self, x):
        """Return it."""
        return x * x


class Dropping(nn.Module):
    """Dropout, whatever the mode."""

    def forward(self, x):
        """Return half of x."""
        return functional.dropout(x, 0.5)


class Asking(nn.Module):
    """A branch on the input."""

    def forward(self, x):
        """Return x or its opposite."""
        return x if x.sum() > 0 else -x


class OneRow(nn.Module):
    """The mean of the batch."""

    def forward(self, x):
        """Return one row."""
        return x.mean(0, keepdim=True)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (nn.Sequential(nn.Linear(3, 3), nn.GELU()), r"layer '1' \(GELU\) cannot be certified"),
        (nn.Sequential(nn.Linear(3, 3), nn.Softmax(1)), r"layer '1' \(Softmax\)"),
        (nn.Sequential(nn.LeakyReLU(-0.1)), r"layer '0' \(LeakyReLU\).*negative slope"),
        (nn.Sequential(nn.BatchNorm1d(3, track_running_stats=False)), "without running statistics"),
        (Squared(), "operation 'mul'.*product of two branches"),
        (Dropping(), "operation 'dropout'.*on in evaluation mode"),
        (Asking(), "its flow depends on its input"),
        (OneRow(), "a mean over the batch"),
        (nn.Identity(), None),
    ],
)
def test_what_is_not_supported_is_named_in_one_line(model, message):
    x = torch.zeros(2, 3)
    if message is None:
        assert read_graph(model.eval(), x).nodes[-1].shape == (3,)
        return
    with pytest.raises(InputError, match=message) as told:
        read_graph(model.eval(), x)
    assert "\n" not in str(told.value)
    assert "supported are Linear" in str(told.value)
