"""Exact training of the linear network without its activations, on the CPU ([FC] §6).

The network x → H2 (H1 x + δ1) + δ2 has no activation function, so at every step it is the affine
map W x + b with W = H2 H1. The cross-entropy of its two logits depends on x only through the gap
g(x) = ⟨w, x⟩ + c, where w = Σᵢ sᵢ H1[i, :] and s = H2[0, :] - H2[1, :]. Let G = dL/dw, a vector of
d numbers that takes B d multiplications for a batch of B points, and γ = dL/dc. Then every gradient
of the network follows:

    dL/dH1[i, :] = sᵢ G,                             dL/dδ1[i] = sᵢ γ,
    dL/dH2[0, :] = H1 G + δ1 γ = -dL/dH2[1, :],      dL/dδ2 = (γ, -γ).

So the B × m activations of plain PyTorch are never computed, and the gradients of the weights are
never stored. The gradient of one weight is a product of two numbers. It is formed in a register and
given to Adam, and the new weight is added to the next step's w in the same pass
(:mod:`fcflow.training.affine_kernel`). The memory traffic that is left is Adam's own: three numbers
read and three written for each weight.

Plain PyTorch computes the same sums in another order, so results agree up to rounding.
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
        The order of the points in each epoch. A batch is the next ``batch_size`` points of it; the
        last batch has those that are left.
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
    >>> order = shuffled_order(2, 60, seed=0)
    >>> trained = train_affine(start, [[1.0], [-1.0]], [1, -1], order, batch_size=2)
    >>> W, b = trained.network.affine_map()
    >>> bool((W[0] - W[1])[0] > 0)
    True
    """
    dtype = network.H1.dtype
    points, signs = np.asarray(x, dtype=dtype), np.asarray(sign, dtype=dtype)
    check_training_input(network.arrays(), network.H1.shape[1], points, signs, order, batch_size)
    adam = adam or Adam()

    # δ1 is treated as the weight of a further input that is always one. H1ᵀ and δ1 are then one
    # array, in which the hidden units lie side by side in memory.
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
