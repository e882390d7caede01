import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from fcflow.errors import InputError
from fcflow.models.rows import check_batch_norm, check_rows

X = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))


class Counter(nn.Module):
    """A model with a state that every call changes."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        """Return more with every call."""
        self.calls += 1
        return x * (1 + self.calls / 1000)


def checked(model, x=X, batch=64):
    with torch.no_grad():
        return check_rows(model, x, model(x), batch)


@pytest.mark.parametrize(
    ("function", "cause"),
    [
        (functional.dropout, "draws random numbers.*dropout called as a function"),
        (lambda x: x + 0.1 * torch.randn_like(x), "draws random numbers"),
        (lambda x: x + float(np.random.default_rng().normal()), "numpy or Python"),
        (lambda x: x - x.mean(dim=0), "depends on the other rows"),
        (lambda x: functional.softmax(x, dim=0), "depends on the other rows"),
        (
            lambda x: functional.batch_norm(x, None, None, training=True),
            "depends on the other rows",
        ),
    ],
)
@pytest.mark.parametrize("rows", [1, 2, 6])
def test_what_is_no_function_of_one_row_is_refused(function, cause, rows, returning):
    if rows == 1 and function is not functional.dropout:
        rows = 2  # torch itself refuses the statistics of a single row
    with pytest.raises(InputError, match=f"{cause}.*check_rows=False"):
        checked(returning(function), X[:rows])


def test_a_state_between_calls_is_named():
    with pytest.raises(InputError, match="keeps a state"):
        checked(Counter())


def test_a_single_point_is_compared_beside_another(returning):
    with pytest.raises(InputError, match="depends on the other rows"):
        checked(returning(lambda x: x / x.norm()), X[:1])


def test_batch_norm_without_running_statistics_is_named():
    model = nn.Sequential(nn.Linear(8, 4), nn.BatchNorm1d(4, track_running_stats=False)).eval()
    with pytest.raises(InputError, match="1 is batch norm without running statistics"):
        check_batch_norm(model)
    check_batch_norm(nn.Sequential(nn.BatchNorm1d(4), nn.InstanceNorm1d(4)).eval())


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("batch", [1, 2, 64])
def test_ordinary_networks_pass_in_every_dtype(dtype, batch):
    torch.manual_seed(0)
    layers = [nn.Linear(8, 200), nn.ReLU(), nn.BatchNorm1d(200), nn.Linear(200, 5)]
    model, x = nn.Sequential(*layers).eval().to(dtype), X.to(dtype)
    counts = checked(model, x, batch)
    assert int(counts.sum()) == {1: 2, 2: 4, 64: 16}[batch]


def test_rows_without_numbers_are_left_alone(returning):
    x = X.clone()
    x[:3, 0] = -1.0
    x[3:, 0] = 1.0
    counts = checked(returning(lambda x: x + x[:, :1].log()), x)
    assert (counts > 0).tolist() == [False] * 3 + [True] * 3
