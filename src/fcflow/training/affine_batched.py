"""Exact training of many linear networks at once in PyTorch, for GPUs.

The gradients are computed as in :mod:`fcflow.training.affine`. One network is too small to keep a
GPU busy, so all runs of a setting are trained together: their weights are slices of one flat
buffer, and Adam is one fused call on it.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from fcflow.errors import InputError
from fcflow.networks.affine import AffineNetwork
from fcflow.training.affine import TrainedAffine
from fcflow.training.schedule import Adam, check_training_input


def train_affine_batched(
    networks: Sequence[AffineNetwork],
    x: Sequence[ArrayLike],
    sign: Sequence[ArrayLike],
    order: Sequence[NDArray[np.int32]],
    *,
    batch_size: int,
    adam: Adam | None = None,
    stop_when_perfect: bool = False,
    device: str | torch.device = "cpu",
) -> list[TrainedAffine]:
    """Train r networks of one size, each on its own points.

    The training is that of :func:`fcflow.training.affine.train_affine`.

    Parameters
    ----------
    networks, x, sign, order : sequences of length r
        One entry for each network, as :func:`~fcflow.training.affine.train_affine` takes them, all
        of the same shapes.
    batch_size, adam, stop_when_perfect
        As for :func:`~fcflow.training.affine.train_affine`. Of a network that stops early, the
        weights at that epoch are returned; the others go on.
    device : str or torch.device
        Where to train.

    Returns
    -------
    list of TrainedAffine
        In the order given; equal to training every network alone, up to rounding.

    Raises
    ------
    InputError
        If the sequences differ in length or shape, or the input of one training is not valid.

    Examples
    --------
    >>> from fcflow.networks.affine import initial_affine_network
    >>> from fcflow.training.schedule import shuffled_order
    >>> starts = [initial_affine_network(d=1, hidden=4, seed=s) for s in (0, 1)]
    >>> data = ([[1.0], [-1.0]], [1, -1], shuffled_order(2, 3, seed=0))
    >>> trained = train_affine_batched(starts, *[[part] * 2 for part in data], batch_size=2)
    >>> [run.epochs for run in trained]
    [3, 3]
    """
    if not networks:
        return []
    adam = adam or Adam()
    dtype = networks[0].H1.dtype
    points = [np.asarray(part, dtype=dtype) for part in x]
    signs = [np.asarray(part, dtype=dtype) for part in sign]
    if len({len(networks), len(points), len(signs), len(order)}) != 1:
        raise InputError("networks, x, sign and order must have the same length")
    shapes = {
        (network.H1.shape, network.H1.dtype, x_r.shape, order_r.shape)
        for network, x_r, order_r in zip(networks, points, order, strict=True)
    }
    if len(shapes) != 1:
        raise InputError("networks trained together must have the same shapes and dtype")
    for network, x_r, sign_r, order_r in zip(networks, points, signs, order, strict=True):
        check_training_input(
            network.arrays(), network.H1.shape[1], x_r, sign_r, order_r, batch_size
        )

    state = _FlatNetworks(networks, torch.device(device), adam)
    inputs = torch.from_numpy(np.stack(points)).to(device)
    inputs = torch.cat([inputs, torch.ones_like(inputs[..., :1])], dim=2)
    labels = torch.from_numpy(np.stack(signs)).to(device)
    batches = torch.from_numpy(np.stack(order).astype(np.int64)).to(device)

    finished: dict[int, TrainedAffine] = {}
    for epoch in range(batches.shape[1]):
        for batch in batches[:, epoch].split(batch_size, dim=1):
            state.step(
                inputs.gather(1, batch[..., None].expand(-1, -1, inputs.shape[2])),
                labels.gather(1, batch),
            )
        if stop_when_perfect:
            perfect = (labels * state.gap(inputs) > 0).all(dim=1).tolist()
            for r in range(len(networks)):
                if perfect[r] and r not in finished:
                    finished[r] = TrainedAffine(state.network(r), epoch + 1)
            if len(finished) == len(networks):
                break
    return [
        finished.get(r) or TrainedAffine(state.network(r), batches.shape[1])
        for r in range(len(networks))
    ]


class _FlatNetworks:
    """The weights of r networks in one buffer [r, (d+1) m + 2 m + 2], with Adam over all of it."""

    def __init__(self, networks: Sequence[AffineNetwork], device: torch.device, adam: Adam) -> None:
        m, d = networks[0].H1.shape
        rows = [
            np.concatenate([n.H1.T.ravel(), n.delta1, n.H2.ravel(), n.delta2]) for n in networks
        ]
        flat = torch.from_numpy(np.stack(rows)).to(device)
        flat.grad = torch.zeros_like(flat)
        self.first, self.second, self.last = self._views(flat, d + 1, m)
        self.d_first, self.d_second, self.d_last = self._views(flat.grad, d + 1, m)
        betas = (adam.beta1, adam.beta2)
        self.adam = torch.optim.Adam(
            [flat], lr=adam.learning_rate, betas=betas, eps=adam.epsilon, fused=True
        )
        self._refresh()

    @staticmethod
    def _views(
        flat: torch.Tensor, rows: int, m: int
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        first, second, last = flat.split([rows * m, 2 * m, 2], dim=1)
        return first.unflatten(1, (rows, m)), second.unflatten(1, (2, m)), last

    def _refresh(self) -> None:
        self.s = self.second[:, 0] - self.second[:, 1]  # [r, m]
        self.w = torch.bmm(self.first, self.s[:, :, None])  # [r, d+1, 1]
        self.bias = self.last[:, :1] - self.last[:, 1:]  # [r, 1]

    def gap(self, inputs: torch.Tensor) -> torch.Tensor:
        return torch.bmm(inputs, self.w)[..., 0] + self.bias

    def step(self, x: torch.Tensor, sign: torch.Tensor) -> None:
        slope = -sign * torch.sigmoid(-sign * self.gap(x)) / x.shape[1]  # [r, B]
        G = torch.bmm(slope[:, None, :], x)  # [r, 1, d+1]
        torch.mul(G.transpose(1, 2), self.s[:, None, :], out=self.d_first)
        self.d_second[:, :1] = torch.bmm(G, self.first)
        torch.neg(self.d_second[:, :1], out=self.d_second[:, 1:])
        self.d_last[:, 0] = slope.sum(dim=1)
        torch.neg(self.d_last[:, :1], out=self.d_last[:, 1:])
        self.adam.step()
        self._refresh()

    def network(self, r: int) -> AffineNetwork:
        first, second, last = (
            part[r].cpu().numpy().copy() for part in (self.first, self.second, self.last)
        )
        return AffineNetwork(
            H1=np.ascontiguousarray(first[:-1].T), delta1=first[-1], H2=second, delta2=last
        )
