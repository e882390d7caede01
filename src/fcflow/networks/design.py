"""What a network of the second paper is made of: blocks of convolutions, then linear layers.

A design is numbers and names alone, so that settings can be checked without loading PyTorch.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from fcflow.errors import InputError

Pool = Literal["max", "average"]
Head = Literal["flat", "max", "average"]
Activation = Literal["relu", "gelu"]
Padding = Literal["reflect", "circular"]

DesignName = Literal[
    "strided", "max_pool", "average_pool", "paper", "strided_dilated", "dense1", "dense2"
]
DESIGNS: tuple[DesignName, ...] = get_args(DesignName)

_BLOCKS = 3
# The side at which the dilated designs are not dilated. At a side k times as long their kernels are
# k times as wide, so that they see the same share of the image.
_UNDILATED_SIZE = 14


@dataclass(frozen=True)
class Block:
    """A 3 × 3 convolution, then pooling, batch norm and the activation, in this order.

    Pooling goes before batch norm as in the networks of [FO] §4. A window that reaches beyond the
    border pools what is inside, so that pooling by 2 and a stride of 2 leave the same sides.

    Attributes
    ----------
    channels : int
        That it gives out.
    stride : int
        Of the convolution.
    pool : {"max", "average"}, optional
        What is done with the values in a window.
    window : int
        The side of a window, and the step from one to the next.
    dilation : int
        The distance of the inputs that one output of the convolution reads.
    """

    channels: int
    stride: int = 1
    pool: Pool | None = None
    window: int = 2
    dilation: int = 1

    def __post_init__(self) -> None:
        if min(self.channels, self.stride, self.window, self.dilation) < 1:
            raise InputError(f"a block needs channels, stride, window, dilation ≥ 1, got {self}")
        if self.pool not in (None, *get_args(Pool)):
            raise InputError(f"a block's pool is max, average or None, got {self.pool!r}")

    def side(self, side: int) -> int:
        """Return the pixels a side that it makes of ``side`` pixels.

        Examples
        --------
        >>> Block(8, stride=2).side(7), Block(8, pool="max").side(7), Block(8).side(7)
        (4, 4, 7)
        """
        strided = -(-side // self.stride)
        return strided if self.pool is None else -(-strided // self.window)


@dataclass(frozen=True)
class Design:
    """A network: blocks on square images, then linear layers up to the logits.

    A dense network is a design without blocks.

    Attributes
    ----------
    blocks : tuple of Block
    head : {"flat", "max", "average"}
        What the linear layers read of the last block: all its neurons, or one a channel, the
        largest or the mean.
    hidden : tuple of int
        The widths of the hidden linear layers, each followed by batch norm, if any, and the
        activation.
    channels_in, size : int
        Channels and pixels a side of the images.
    classes : int
        Logits.
    activation : {"relu", "gelu"}
    batch_norm : bool
        Layers that batch norm follows have no bias of their own.
    padding : {"reflect", "circular"}
        What is beyond the border of an image. Zeros would have no gradient, which breaks the law
        that the size of the gradient follows at initialisation.

    Raises
    ------
    InputError
        If a number is not positive, a name is unknown, or an image becomes too small for the
        padding of a block.
    """

    blocks: tuple[Block, ...]
    head: Head
    hidden: tuple[int, ...] = ()
    channels_in: int = 1
    size: int = 28
    classes: int = 10
    activation: Activation = "relu"
    batch_norm: bool = False
    padding: Padding = "reflect"

    def __post_init__(self) -> None:
        if min(self.channels_in, self.size, self.classes, *self.hidden, 1) < 1:
            raise InputError(f"a design needs channels, size, classes and widths ≥ 1, got {self}")
        for key, value, names in (
            ("head", self.head, get_args(Head)),
            ("activation", self.activation, get_args(Activation)),
            ("padding", self.padding, get_args(Padding)),
        ):
            if value not in names:
                raise InputError(f"a design's {key} is one of {', '.join(names)}, got {value!r}")

        reflected = 1 if self.padding == "reflect" else 0
        for number, (block, side) in enumerate(zip(self.blocks, self.sides, strict=False)):
            if block.dilation > side - reflected:
                raise InputError(
                    f"block {number} reads {side} pixels a side, too few for {self.padding} "
                    f"padding by its dilation of {block.dilation}; use larger images or fewer "
                    "strides"
                )

    @property
    def dimension(self) -> int:
        """The number d of inputs."""
        return self.channels_in * self.size**2

    @property
    def sides(self) -> tuple[int, ...]:
        """The pixels a side of the image and of what every block makes of it."""
        sides = [self.size]
        for block in self.blocks:
            sides.append(block.side(sides[-1]))
        return tuple(sides)

    @property
    def channels(self) -> tuple[int, ...]:
        """The channels of the image and of what every block makes of it."""
        return (self.channels_in, *(block.channels for block in self.blocks))

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers that the linear layers read and, last, the classes."""
        neurons = self.sides[-1] ** 2 if self.head == "flat" else 1
        return (self.channels[-1] * neurons, *self.hidden, self.classes)

    @property
    def parameters(self) -> int:
        """The number of weights, biases and batch norm's factors.

        Examples
        --------
        >>> Design((), "flat", size=2, classes=3).parameters  # a 4 × 3 matrix and 3 biases
        15
        """
        added = 2 if self.batch_norm else 1  # numbers a channel or neuron beside the weights
        convolutions = sum(9 * a * b + added * b for a, b in pairwise(self.channels))
        *hidden, last = pairwise(self.widths)
        return (
            convolutions + sum(a * b + added * b for a, b in hidden) + last[0] * last[1] + last[1]
        )


def design_named(
    name: str,
    *,
    size: int,
    channels_in: int,
    classes: int,
    channels: int = 8,
    hidden: int = 64,
    activation: Activation = "relu",
) -> Design:
    """Return one of the designs that the experiments compare.

    Parameters
    ----------
    name : str
        One of :data:`DESIGNS`. With three blocks and batch norm: ``strided`` (strides of 2, all
        neurons read), ``max_pool`` and ``average_pool`` (2 × 2 pools in the strides' place),
        ``paper`` (2 × 2 max pools, dilation that grows with the size, one neuron a channel, the
        largest: [FO] §4.2 in small), ``strided_dilated`` (``paper`` with strides). Without batch
        norm: ``dense1`` and ``dense2``, with one and two hidden layers.
    size, channels_in, classes : int
        Of the images.
    channels : int
        Of every block.
    hidden : int
        The width of hidden layers in dense designs.
    activation : {"relu", "gelu"}

    Raises
    ------
    InputError
        If there is no design of this name, or it does not fit images of this size.

    Examples
    --------
    >>> images = {"channels_in": 1, "classes": 10}
    >>> [design_named("paper", size=size, **images).parameters for size in (14, 28)]
    [1362, 1362]
    """
    if name not in DESIGNS:
        raise InputError(f"there is no design {name!r}; the designs are {', '.join(DESIGNS)}")
    if name in ("dense1", "dense2"):
        widths = (hidden,) * int(name.removeprefix("dense"))
        return Design((), "flat", widths, channels_in, size, classes, activation)

    dilated = name in ("paper", "strided_dilated")
    dilation = max(1, round(size / _UNDILATED_SIZE)) if dilated else 1
    pools: dict[str, Pool] = {"max_pool": "max", "average_pool": "average", "paper": "max"}
    pool = pools.get(name)
    block = Block(channels, stride=1 if pool else 2, pool=pool, dilation=dilation)
    return Design(
        (block,) * _BLOCKS,
        "max" if dilated else "flat",
        channels_in=channels_in,
        size=size,
        classes=classes,
        activation=activation,
        batch_norm=True,
    )
