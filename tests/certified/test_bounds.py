from itertools import product

import pytest
import torch
from torch import nn

from fcflow.certified.backward import lower_line, unit_rows
from fcflow.certified.layers import bound_layers, linear_nodes
from fcflow.certified.lipschitz import Lipschitz, convolution_gain, lipschitz_constants
from fcflow.certified.operations import Convolution
from fcflow.certified.reading import read_graph
from fcflow.certified.region import Region
from fcflow.certified.relaxation import relax
from fcflow.certified.rows import Rows


def normal(*shape, seed=0):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def matrix(layer, shape):
    """Return the layer's matrix, one column for each input."""
    n = torch.Size(shape).numel()
    eye = torch.eye(n, dtype=torch.float64).reshape(n, *shape)
    with torch.no_grad():
        return (layer(eye) - layer(torch.zeros(1, *shape).double())).flatten(1).T


def unrolled(layer, shape):
    """Return the layer as a dense one."""
    A = matrix(layer, shape)
    dense = nn.Linear(A.shape[1], A.shape[0]).double()
    with torch.no_grad():
        dense.weight.copy_(A)
        dense.bias.copy_(layer(torch.zeros(1, *shape).double()).flatten())
    return dense


def apart(graph):
    """No bound on what all neurons of a layer can do together."""
    return Lipschitz([torch.inf] * len(graph.nodes), [0.0] * len(graph.nodes))


@pytest.fixture
def convolutional():
    torch.manual_seed(0)
    first = nn.Conv2d(2, 3, 3, stride=2, padding=1)
    second = nn.Conv2d(3, 4, 2, padding=1, dilation=2)
    pool = nn.AvgPool2d(2, stride=1)
    layers = [first, nn.ReLU(), second, nn.ReLU(), pool, nn.Flatten(), nn.Linear(16, 3)]
    return nn.Sequential(*layers).double().eval()


def test_a_convolutional_network_has_the_bounds_of_the_dense_one_that_it_is(convolutional):
    first, relu, second, _, pool, flatten, last = convolutional
    shapes = [(2, 6, 6), (3, 3, 3), (4, 3, 3)]
    dense = nn.Sequential(
        flatten, unrolled(first, shapes[0]), relu, unrolled(second, shapes[1]), relu,
        unrolled(pool, shapes[2]), last,
    ).eval()  # fmt: skip
    x = normal(1, 2, 6, 6)
    region = Region(x, 0.8).cap(normal(72, seed=1), 0.2)
    bounds = []
    for model in (convolutional, dense):
        graph = read_graph(model, x)
        layers = bound_layers(graph, linear_nodes(graph), apart(graph), region)
        bounds.append([layers.intervals[i] for i in graph.rectified])
        assert sum(int(line.unstable.sum()) for line in layers.relaxations.values()) > 10
    for local, full in zip(*bounds, strict=True):
        torch.testing.assert_close(local.low.flatten(), full.low, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(local.high.flatten(), full.high, rtol=1e-9, atol=1e-9)


def test_windows_and_whole_images_of_coefficients_give_one_line(convolutional):
    x = normal(1, 2, 6, 6)
    graph = read_graph(convolutional, x)
    layers = bound_layers(graph, linear_nodes(graph), lipschitz_constants(graph), Region(x, 0.8))
    i = graph.rectified[-1]
    local = unit_rows(graph, i, torch.arange(graph.nodes[i].size))
    whole = Rows(torch.eye(36, dtype=torch.float64).reshape(36, 4, 3, 3))
    one, other = (
        lower_line(graph, i, rows, layers.relaxations, layers.intervals) for rows in (local, whole)
    )
    torch.testing.assert_close(one.w, other.w, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(one.b, other.b, rtol=1e-12, atol=1e-12)


class Summed(nn.Module):
    """A residual sum before a last layer."""

    def __init__(self):
        super().__init__()
        self.first, self.inner, self.last = nn.Linear(4, 6), nn.Linear(6, 6), nn.Linear(6, 3)

    def forward(self, x):
        """Return logits [n, 3]."""
        h = torch.relu(self.first(x))
        return self.last(h + torch.relu(self.inner(h)))


def test_a_residual_sum_has_the_bounds_of_layers_that_carry_both_branches():
    torch.manual_seed(1)
    model = Summed().double().eval()
    wide, joined = nn.Linear(6, 12).double(), nn.Linear(12, 3).double()
    with torch.no_grad():  # relu(h) = h, since h ≥ 0
        wide.weight.copy_(torch.cat([torch.eye(6), model.inner.weight]))
        wide.bias.copy_(torch.cat([torch.zeros(6), model.inner.bias]))
        joined.weight.copy_(torch.cat([model.last.weight, model.last.weight], dim=1))
        joined.bias.copy_(model.last.bias)
    explicit = nn.Sequential(model.first, nn.ReLU(), wide, nn.ReLU(), joined).eval()
    x, lines = normal(1, 4), []
    for network in (model, explicit):
        graph = read_graph(network, x)
        layers = bound_layers(graph, linear_nodes(graph), apart(graph), Region(x, 0.5))
        last = len(graph.nodes) - 1
        rows = Rows(torch.eye(3, dtype=torch.float64))
        lines.append(lower_line(graph, last, rows, layers.relaxations, layers.intervals))
    torch.testing.assert_close(lines[0].w, lines[1].w, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(lines[0].b, lines[1].b, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("cut", [None, -0.3, 0.5])
def test_no_sample_of_a_region_leaves_the_bounds_of_any_layer(convolutional, cut):
    x = normal(1, 2, 6, 6)
    graph = read_graph(nn.Sequential(*convolutional[:4], nn.MaxPool2d(2), nn.Flatten()).eval(), x)
    region = Region(x, 1.5)
    e = normal(3000, 72, seed=2)
    e = 1.5 * e / e.norm(dim=1, keepdim=True) * torch.rand(3000, 1).double() ** 0.02
    if cut is not None:
        region = region.cap(normal(72, seed=3), 1.5 * cut)
        q = region.direction
        along = region.offset + (1.5 - region.offset) * torch.rand(3000, 1).double() ** 3
        across = e - (e @ q)[:, None] * q
        room = (1.5**2 - along**2).sqrt() / across.norm(dim=1, keepdim=True)
        e = along * q + across * room
        assert (e @ q >= region.offset - 1e-12).all()
        assert (e.norm(dim=1) <= 1.5 + 1e-12).all()
    layers = bound_layers(graph, linear_nodes(graph), lipschitz_constants(graph), region)
    for i, value in enumerate(graph.values(x + e.reshape(-1, 2, 6, 6))):
        assert (value >= layers.intervals[i].low - 1e-12).all()
        assert (value <= layers.intervals[i].high + 1e-12).all()


def test_neurons_together_lose_less_than_each_by_itself():
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(60, 400), nn.ReLU(), nn.Linear(400, 4)).double().eval()
    x, bounds = normal(1, 60), []
    graph = read_graph(model, x)
    for lipschitz in (lipschitz_constants(graph), apart(graph)):
        layers = bound_layers(graph, linear_nodes(graph), lipschitz, Region(x, 1.5))
        rows = Rows(torch.eye(4, dtype=torch.float64))
        line = lower_line(graph, 3, rows, layers.relaxations, layers.intervals)
        bounds.append(line.w @ x[0] + line.b - 1.5 * line.w.norm(dim=1))
    assert (bounds[0] >= bounds[1] - 1e-12).all()
    assert bounds[0].sum() > bounds[1].sum() + 0.01


@pytest.mark.parametrize("slope", [0.0, 0.2, 1.0])
def test_the_lines_of_a_relu_lie_on_both_sides_of_it(slope):
    low, high = normal(400), normal(400, seed=1)
    low, high = torch.minimum(low, high), torch.maximum(low, high)
    z = low + (high - low) * torch.linspace(0, 1, 101).double()[:, None]
    value = torch.where(z > 0, z, slope * z)
    lines = relax(low, high, slope, 0.5 * (low + high), 1.0)
    assert (lines.lower * z <= value + 1e-15).all()
    assert (value <= lines.upper * z + lines.intercept + 1e-15).all()


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "groups"),
    [(1, 1, 1, 1), (2, 1, 1, 1), ((1, 3), (0, 2), 1, 2), (2, 2, (2, 1), 4), (3, 0, 1, 1)],
)
def test_a_convolution_changes_its_output_by_its_largest_singular_value_at_most(
    stride, padding, dilation, groups
):
    torch.manual_seed(3)
    layer = nn.Conv2d(4, 8, 3, stride, padding, dilation, groups).double()
    operation = Convolution(
        layer.weight.detach(), None, layer.stride, layer.padding, layer.dilation, groups
    )
    largest = float(torch.linalg.matrix_norm(matrix(layer, (4, 9, 9)), ord=2))
    shape = tuple(layer(torch.zeros(1, 4, 9, 9).double()).shape[1:])
    assert largest <= convolution_gain(operation, shape) <= 1.35 * largest


def test_pooling_and_sums_change_by_their_lipschitz_constants_at_most(convolutional):
    model = nn.Sequential(convolutional[0], nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    graph = read_graph(model.eval(), normal(1, 2, 6, 6))
    total = lipschitz_constants(graph).total
    x, y = normal(500, 2, 6, 6, seed=4), normal(500, 2, 6, 6, seed=5)
    change = (x - y).flatten(1).norm(dim=1)
    for value, other, bound in zip(graph.values(x), graph.values(y), total, strict=True):
        assert ((value - other).flatten(1).norm(dim=1) <= bound * change).all()


def test_the_reach_of_a_cap_is_its_largest_scalar_product():
    direction = torch.tensor([0.6, 0.8], dtype=torch.float64)
    angle = torch.linspace(0, 6.2832, 100_000).double()
    circle = 2.0 * torch.stack([angle.cos(), angle.sin()], dim=1)
    for offset, seed in product((-1.5, -0.4, 0.0, 0.9, 1.9), range(4)):
        h = normal(2, seed=seed)
        region = Region(torch.zeros(1, 2).double(), 2.0, direction, offset)
        inside = circle[circle @ direction >= offset]
        reach = region.reach(h @ direction, h.norm())
        assert float((inside @ h).max()) <= float(reach)
        torch.testing.assert_close(reach, (inside @ h).max(), rtol=1e-4, atol=1e-4)
        moved = (inside - (region.middle - region.x)[0]).norm(dim=1).max()
        assert float(moved) <= region.around + 1e-12
