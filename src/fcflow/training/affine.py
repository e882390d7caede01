"""Exact training of the linear network without its activations, on the CPU ([FC] §6).

The network x → H2 (H1 x + δ1) + δ2 has no activation function, so at every step it is the affine
map W x + b with W = H2 H1, and the cross-entropy of two logits depends on x through the gap g(x) =
⟨w, x⟩ + c alone, where w = Σᵢ sᵢ H1[i, :], s = H2[0, :] - H2[1, :]. With G = dL/dw (a vector of d
numbers, from a batch of B points, B d multiplications) every gradient of the network follows:

    dL/dH1[i, :] = sᵢ G,   dL/dδ1[i] = sᵢ γ,   dL/dH2[0, :] = H1 G + δ1 γ = -dL/dH2[1, :],   dL/dδ2
    = ±γ,

where γ = dL/dc. So the B × m activations of the plain way never exist, and neither do the gradients
of the weights: each is a product of two numbers at hand, formed in a register, given to Adam, and
the new weight is added to the next step's w in the same pass
(:mod:`fcflow.training.affine_kernel`). What is left is what Adam must move: three numbers read and
three written for each weight.

The arithmetic is that of the plain way in another order of summation, so results agree to rounding.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fcflow.networks.affine import AffineNetwork
from fcflow.training.affine_kernel import train_in_place
from fcflow.training.schedule import Adam, check_training_input


@dataclass(frozen=True)
class TrainedAffine:
    """A trained network and the number of epochs that it took."""

    network: AffineNetwork
    epochs: int


def train_affine(
    network: AffineNetwork,
    x: ArrayLike,
    sign: ArrayLike,
    order: NDArray[np.int32],
    *,
    batch_size: int,
    adam: Adam | None = None,
    stop_when_perfect: bool = False,
) -> TrainedAffine:
    """Train the network by minibatch Adam on the cross-entropy of its two logits.

    Parameters
    ----------
    network : AffineNetwork
        Where training starts. It is not changed. Its dtype, float32 or float64, is the training's.
    x : array_like, shape [n, d]
        The points.
    sign : array_like, shape [n]
        +1 for class 0, -1 for class 1.
    order : int32 array, shape [epochs, n]
        The order of the points in each epoch; a batch is ``batch_size`` in a row, the last one what
        is left.
    batch_size : int
        Points in a batch.
    adam : Adam, optional
        The optimiser's settings, by default PyTorch's.
    stop_when_perfect : bool
        Stop after the first epoch at whose end every point is classified correctly.

    Returns
    -------
    TrainedAffine
        The same weights that ``nn.Linear`` layers, autograd and ``optim.Adam`` arrive at, up to
        rounding.

    Raises
    ------
    InputError
        If shapes do not fit, the batch size is below 1, or an input is not finite.

    Examples
    --------
    >>> from fcflow.networks.affine import initial_affine_network
    >>> from fcflow.training.schedule import shuffled_order
    >>> start = initial_affine_network(d=1, hidden=4, seed=0)
    >>> done = train_affine(start, [[1.0], [-1.0]], [1, -1], shuffled_order(2, 60, seed=0), batch_size=2)
    >>> W, b = done.network.affine_map()
    >>> bool((W[0] - W[1])[0] > 0)
    True
    """
    dtype = network.H1.dtype
    points, signs = np.asarray(x, dtype=dtype), np.asarray(sign, dtype=dtype)
    check_training_input(network.arrays(), network.H1.shape[1], points, signs, order, batch_size)
    adam = adam or Adam()
    # δ1 is the weight of an input that is always one, so H1ᵀ and δ1 are one array with the hidden
    # units contiguous.
    first = np.ascontiguousarray(np.vstack([network.H1.T, network.delta1]))
    second, last = network.H2.copy(), network.delta2.copy()
    inputs = np.hstack([points, np.ones((len(points), 1), dtype=dtype)])
    epochs = train_in_place(
        first, second, last, inputs, signs, order, batch_size,
        adam.learning_rate, adam.beta1, adam.beta2, adam.epsilon, stop_when_perfect,
    )  # fmt: skip
    trained = AffineNetwork(
        H1=np.ascontiguousarray(first[:-1].T), delta1=first[-1].copy(), H2=second, delta2=last
    )
    return TrainedAffine(network=trained, epochs=int(epochs))
