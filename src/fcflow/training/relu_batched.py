"""Training of many ReLU networks at once in PyTorch, for GPUs.

One network is too small to keep a GPU busy, so all runs of a setting are trained together: one
batched matrix product for each layer, gradients by autograd, and one fused call of Adam on all
weights. Adam treats every weight separately, so every network trains as it would alone.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch.nn.functional import softplus

from fcflow.errors import InputError
from fcflow.networks.relu import ReluNetwork
from fcflow.training.schedule import Adam, check_training_input


def train_relu_batched(
    networks: Sequence[ReluNetwork],
    x: Sequence[ArrayLike],
    sign: Sequence[ArrayLike],
    order: Sequence[NDArray[np.int32]],
    *,
    batch_size: int,
    adam: Adam | None = None,
    device: str | torch.device = "cpu",
) -> list[ReluNetwork]:
    """Train r networks of one size, each on its own points.

    The training is that of :func:`fcflow.training.relu.train_relu`.

    Parameters
    ----------
    networks, x, sign, order : sequences of length r
        One entry for each network, as :func:`~fcflow.training.relu.train_relu` takes them, all of
        the same shapes.
    batch_size, adam
        As for :func:`~fcflow.training.relu.train_relu`.
    device : str or torch.device
        Where to train.

    Returns
    -------
    list of ReluNetwork
        In the order given; equal to training every network alone, up to rounding.

    Raises
    ------
    InputError
        If the sequences differ in length or shape, or the input of one training is not valid.

    Examples
    --------
    >>> from fcflow.networks.relu import initial_relu_network
    >>> from fcflow.training.schedule import shuffled_order
    >>> starts = [initial_relu_network(d=1, hidden=4, depth=2, seed=s) for s in (0, 1)]
    >>> data = ([[1.0], [-1.0]], [1, -1], shuffled_order(2, 3, seed=0))
    >>> len(train_relu_batched(starts, *[[part] * 2 for part in data], batch_size=2))
    2
    """
    if not networks:
        return []
    adam = adam or Adam()
    dtype = networks[0].weights[0].dtype
    points = [np.asarray(part, dtype=dtype) for part in x]
    signs = [np.asarray(part, dtype=dtype) for part in sign]
    if len({len(networks), len(points), len(signs), len(order)}) != 1:
        raise InputError("networks, x, sign and order must have the same length")
    shapes = {
        (*(array.shape for array in network.arrays().values()), x_r.shape, order_r.shape)
        for network, x_r, order_r in zip(networks, points, order, strict=True)
    }
    if len(shapes) != 1:
        raise InputError("networks trained together must have the same shapes")
    for network, x_r, sign_r, order_r in zip(networks, points, signs, order, strict=True):
        check_training_input(
            network.arrays(), network.weights[0].shape[1], x_r, sign_r, order_r, batch_size
        )

    names = list(networks[0].arrays())
    stacked = [np.stack([network.arrays()[name] for network in networks]) for name in names]
    parameters = [torch.from_numpy(array).to(device).requires_grad_() for array in stacked]
    betas = (adam.beta1, adam.beta2)
    optimizer = torch.optim.Adam(
        parameters, lr=adam.learning_rate, betas=betas, eps=adam.epsilon, fused=True
    )
    inputs = torch.from_numpy(np.stack(points)).to(device)
    labels = torch.from_numpy(np.stack(signs)).to(device)
    batches = torch.from_numpy(np.stack(order).astype(np.int64)).to(device)

    for epoch in batches.unbind(dim=1):
        for batch in epoch.split(batch_size, dim=1):
            x_batch = inputs.gather(1, batch[..., None].expand(-1, -1, inputs.shape[2]))
            losses = softplus(-labels.gather(1, batch) * _gap(parameters, x_batch))
            # The mean over every network's batch, summed over the networks: the gradient of one
            # network does not depend on the others.
            loss = losses.mean(dim=1).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    trained = [parameter.detach().cpu().numpy() for parameter in parameters]
    return [
        ReluNetwork.from_arrays(
            {name: array[r].copy() for name, array in zip(names, trained, strict=True)}
        )
        for r in range(len(networks))
    ]


def _gap(parameters: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Return the gaps [r, B] of all networks at their batches x [r, B, d]."""
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
        x = torch.relu(torch.baddbmm(bias[:, None, :], x, weight.transpose(1, 2)))
    weight, bias = parameters[-2], parameters[-1]
    read_out, offset = weight[:, 0] - weight[:, 1], bias[:, 0] - bias[:, 1]
    return torch.bmm(x, read_out[:, :, None])[..., 0] + offset[:, None]
