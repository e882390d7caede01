import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.models.prepared import prepare


def test_rows_that_cannot_be_used_are_told_from_those_that_can(returning):
    model = returning(lambda x: 2 * x.log())
    x = torch.tensor([[1.0, 2.0], [-1.0, 2.0], [torch.nan, 2.0]])
    ready = prepare(model, x, batch=2)
    assert ready.usable.tolist() == [True, False, False]
    assert ready.refusal(x) == ("", "the model's output at x is not finite", "x is not finite")
    assert ready.logits[0].tolist() == pytest.approx([0.0, 1.3862944])


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.full((2, 2), torch.nan), "x must be finite"),
        (-torch.ones(2, 2), "logits are not fin"),
    ],
)
def test_points_of_which_none_can_be_used_are_refused(x, message, returning):
    with pytest.raises(InputError, match=message):
        prepare(returning(lambda x: 2 * x.log()), x, batch=2)


def test_a_model_that_fails_is_quoted_in_one_line():
    with pytest.raises(InputError, match=r"fails at x of shape \[2, 3\].*cannot be multiplied"):
        prepare(nn.Linear(2, 2).eval(), torch.ones(2, 3), batch=2)


def test_a_model_that_leaves_torch_is_told_from_one_that_fails(returning):
    model = returning(lambda x: torch.from_numpy(2 * x.numpy()))
    with pytest.raises(InputError, match=r"evaluated but not differentiated.*numpy"):
        prepare(model, torch.ones(2, 3), batch=2)


def test_a_hidden_state_of_the_size_of_a_batch_is_guessed(returning):
    kept = []

    def recurrent(x):
        kept.append(kept[-1] + x if kept else x)
        return kept[-1]

    with pytest.raises(InputError, match="may keep a state"):
        prepare(returning(recurrent), torch.ones(3, 2), batch=64)


def test_a_traced_model_that_takes_one_size_of_batch_is_filled_up():
    class Reshaping(nn.Module):
        def forward(self, x):
            return x.reshape(5, -1)[:, :3]

    x = torch.rand(5, 2, 2)
    traced = torch.jit.trace(Reshaping().eval(), x)
    ready = prepare(traced, x, batch=64)
    assert torch.equal(ready.model(x[:2]), x[:2].reshape(2, -1)[:, :3])
    assert ready.notes == ("the model takes batches of 5 rows alone, which are filled up",)
