import subprocess
import sys

import pytest

from fcflow.errors import InputError
from fcflow.networks.design import DESIGNS, Block, Design, design_named
from fcflow.networks.plain import plain_layers

IMAGES = {"channels_in": 1, "classes": 10}


@pytest.mark.parametrize("size", [14, 28, 56])
@pytest.mark.parametrize("name", DESIGNS)
def test_the_parameters_are_those_of_pytorchs_layers(name, size):
    design = design_named(name, size=size, channels_in=3, classes=5)
    counted = sum(parameter.numel() for parameter in plain_layers(design).parameters())
    assert design.parameters == counted


def test_parameters_of_hidden_layers_with_batch_norm_behind_blocks():
    design = Design((Block(4),), "average", hidden=(6, 5), size=8, batch_norm=True)
    counted = sum(parameter.numel() for parameter in plain_layers(design).parameters())
    assert design.parameters == counted


def test_strides_and_pools_leave_the_same_sides_and_parameters():
    designs = [
        design_named(name, size=28, **IMAGES) for name in ("strided", "max_pool", "average_pool")
    ]
    assert [design.sides for design in designs] == [(28, 14, 7, 4)] * 3
    assert len({design.parameters for design in designs}) == 1


@pytest.mark.parametrize("name", ["paper", "strided_dilated"])
def test_the_dilated_designs_have_the_same_parameters_at_every_size(name):
    designs = [design_named(name, size=size, **IMAGES) for size in (14, 28, 56, 112)]
    assert len({design.parameters for design in designs}) == 1
    assert [design.blocks[0].dilation for design in designs] == [1, 2, 4, 8]


def test_the_dense_designs_have_no_batch_norm_and_their_hidden_layers():
    first, second = (
        design_named(name, size=14, hidden=32, **IMAGES) for name in ("dense1", "dense2")
    )
    assert (first.widths, second.widths) == ((196, 32, 10), (196, 32, 32, 10))
    assert not first.batch_norm
    assert not second.batch_norm


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="there is no design 'resnet'; the designs are strided"):
        design_named("resnet", size=14, **IMAGES)


def test_images_too_small_for_the_padding_are_refused():
    with pytest.raises(InputError, match="block 2 reads 1 pixels a side, too few for reflect"):
        design_named("strided", size=4, **IMAGES)
    Design((Block(2), Block(2, stride=2), Block(2)), "flat", size=2, padding="circular")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"head": "mean"}, "head is one of flat, max, average, got 'mean'"),
        ({"activation": "tanh"}, "activation is one of relu, gelu, got 'tanh'"),
        ({"padding": "zeros"}, "padding is one of reflect, circular, got 'zeros'"),
        ({"classes": 0}, "classes and widths ≥ 1"),
        ({"hidden": (0,)}, "classes and widths ≥ 1"),
    ],
)
def test_settings_out_of_range_are_refused(changed, message):
    with pytest.raises(InputError, match=message):
        Design(**{"blocks": (), "head": "flat", **changed})


@pytest.mark.parametrize("changed", [{"stride": 0}, {"pool": "min"}, {"dilation": 0}])
def test_blocks_out_of_range_are_refused(changed):
    with pytest.raises(InputError, match="a block"):
        Block(4, **changed)


def test_a_design_does_not_load_pytorch():
    code = "import sys, fcflow.networks.design; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
