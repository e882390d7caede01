import pytest
import torch

from fcflow.errors import InputError
from fcflow.models.classes import named_pair, runners_up

LOGITS = torch.tensor([[3.0, 1.0, 2.0], [torch.nan] * 3, [0.0, 5.0, 4.0]])


def test_without_names_the_answer_and_the_runner_up_are_taken():
    source, target = named_pair(None, None, LOGITS)
    assert target is None
    assert source[[0, 2]].tolist() == [0, 1]
    assert runners_up(LOGITS, source)[[0, 2]].tolist() == [2, 2]
    # The likeliest other class than one that was named.
    assert runners_up(LOGITS, torch.tensor([2, 2, 2]))[[0, 2]].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (3, None, "source must be a class from 0 to 2"),
        (-1, None, "source must be a class from 0 to 2"),
        (0, 3, "source and target must be classes from 0 to 2"),
        (1, 1, "source and target must be different classes"),
        (None, 1, "the target is the model's answer at x"),
        ("cat", 1, "source must be a class number, got 'cat'"),
        (True, 1, "source must be a class number"),
    ],
)
def test_classes_that_are_none_are_named(source, target, message):
    with pytest.raises(InputError, match=message):
        named_pair(source, target, LOGITS)
