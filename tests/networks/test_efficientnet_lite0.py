import pytest
import timm
import torch

from fcflow.errors import InputError
from fcflow.networks.checkpoints import read_checkpoint
from fcflow.networks.efficientnet_lite0 import MODEL, renamed, shipped_checkpoint, timm_name


@pytest.fixture(scope="module")
def shipped():
    return read_checkpoint(shipped_checkpoint())


@pytest.fixture(scope="module")
def places():
    return timm.create_model(MODEL).state_dict()


def test_every_tensor_has_one_place_of_its_shape_and_none_is_left_over(shipped, places):
    tensors = renamed(shipped)
    assert len(shipped) == len(tensors) == 296
    assert {name: tensor.shape for name, tensor in tensors.items()} == {
        name: tensor.shape for name, tensor in places.items()
    }


def test_the_rule_by_names_agrees_with_the_order_in_which_both_libraries_list_their_tensors(
    shipped, places
):
    assert [timm_name(name) for name in shipped] == list(places)


@pytest.mark.parametrize(
    "name", ["_blocks.16._bn2.bias", "_blocks.0._expand_conv.weight", "_conv_stem", "fc.weight"]
)
def test_a_tensor_that_no_rule_covers_is_named(shipped, name):
    assert timm_name(name) is None
    with pytest.raises(InputError, match=f"not known: {name}$"):
        renamed(shipped | {name: torch.zeros(1)})
