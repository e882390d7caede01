import torch
from torch import nn

from fcflow.models.fixed_batch import FixedBatch, declared_batch


def test_any_number_of_rows_is_filled_up_and_cut_off(returning):
    sizes = []
    inner = returning(lambda x: sizes.append(len(x)) or 2 * x)
    x = torch.randn(7, 3)
    assert torch.equal(FixedBatch(inner, 3)(x), 2 * x)
    assert sizes == [3, 3, 3]


def test_an_exported_model_says_which_batch_it_takes():
    linear, x = nn.Linear(3, 2).eval(), torch.randn(5, 3)
    assert declared_batch(torch.export.export(linear, (x,)).module()) == 5
    shapes = ({0: torch.export.Dim("batch")},)
    free = torch.export.export(linear, (x,), dynamic_shapes=shapes)
    assert declared_batch(free.module()) is None
    assert declared_batch(linear) is None
