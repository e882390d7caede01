"""What the phases of a search share: points, pairs of classes, and the shortest flips so far."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fcflow.gradients.bounds import Box
from fcflow.minimal.box import flat_ends

# Keeps the length of a zero vector, which has no direction, from dividing by zero.
TINY = torch.finfo(torch.float64).tiny


@dataclass
class State:
    """A search over n points, each with a pair of classes; vectors are flattened, [n, D].

    They are float32 for points in float32, and float64 for all others; numbers are float64.

    Attributes
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...]
    pair : int64 [n, 2]
        Source and target; twice the source stands for any class other than it.
    bounds : Box or None
    batch : int
        Points in one evaluation of the model, at most.
    evaluated, dtype : torch module, dtype
        What is evaluated, and in which dtype: the model in that of x, or from
        :func:`~fcflow.minimal.search.finish.use_float64` on its float64 copy, where it has one.
    points : [n, D]
    best, best_norm : [n, D] and float64 [n]
        The shortest perturbation at which the gap was below zero, and its length; infinite where
        there is none yet.
    open : bool [n]
        What is still searched.
    start_gap : float64 [n]
        The gap at x.
    n_forward, n_backward : int64 [n]
    """

    model: nn.Module
    x: Tensor
    pair: Tensor
    bounds: Box | None
    batch: int
    evaluated: nn.Module
    dtype: torch.dtype
    points: Tensor
    best: Tensor
    best_norm: Tensor
    open: Tensor
    start_gap: Tensor
    n_forward: Tensor
    n_backward: Tensor

    def parts(self, rows: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Return rows in parts that the model takes at once, each with its places among them."""
        index = torch.arange(len(rows), device=rows.device)
        return [(places, rows[places]) for places in index.split(self.batch)]

    def perturbed(self, rows: Tensor, e: Tensor) -> Tensor:
        """Return x + e of some points, as the model takes them."""
        return (self.points[rows] + e).to(self.dtype).reshape(-1, *self.x.shape[1:])

    def box(self, rows: Tensor) -> tuple[Tensor, Tensor] | tuple[None, None]:
        """Return the least and greatest perturbation that keeps each coordinate in the bounds."""
        if self.bounds is None:
            return None, None
        low, high = (
            end.to(self.points) if isinstance(end, Tensor) else end
            for end in flat_ends(self.bounds, self.x.shape[1:])
        )
        return low - self.points[rows], high - self.points[rows]

    def clip(self, rows: Tensor, e: Tensor) -> Tensor:
        """Return ``e`` clipped to the box; up to rounding, as the last phase clips exactly."""
        low, high = self.box(rows)
        return e if low is None else e.clamp(low, high)

    def along(self, rows: Tensor, direction: Tensor, length: Tensor) -> Tensor:
        """Return perturbations so long in a direction, [m, D] and [m], clipped to the box."""
        return self.clip(rows, direction * length.to(direction)[:, None])

    def rounding(self, rows: Tensor) -> Tensor:
        """Return the least length of a step that x does not swallow by rounding."""
        length: Tensor = self.points[rows].norm(dim=1).double()
        return length * torch.finfo(self.dtype).eps

    def open_rows(self) -> Tensor:
        """Return the points that are still searched."""
        return torch.nonzero(self.open)[:, 0]

    def flipped_rows(self) -> Tensor:
        """Return the points that are still searched and have a flip to shorten."""
        return torch.nonzero(self.open & self.best_norm.isfinite())[:, 0]

    def trial(self, rows: Tensor, pair: Tensor) -> "State":
        """Return a search of its own from these points, where a point may be there repeatedly."""
        return begin(
            self.model,
            self.x[rows],
            pair,
            self.bounds,
            self.batch,
            evaluated=self.evaluated,
            dtype=self.dtype,
        )

    def adopt(self, trial: "State", rows: Tensor) -> None:
        """Take over what a trial from ``rows`` found that is shorter, and its counts."""
        least = torch.full_like(self.best_norm, torch.inf)
        least = least.scatter_reduce(0, rows, trial.best_norm, reduce="amin")
        first = rows.new_full((len(self.x),), len(rows))
        places = torch.arange(len(rows), device=rows.device)
        shortest = trial.best_norm == least[rows]
        first = first.scatter_reduce(0, rows[shortest], places[shortest], reduce="amin")

        better = torch.nonzero(least < self.best_norm)[:, 0]
        self.best[better] = trial.best[first[better]].to(self.best)
        self.best_norm[better] = least[better]
        self.n_forward.index_add_(0, rows, trial.n_forward)
        self.n_backward.index_add_(0, rows, trial.n_backward)


def begin(
    model: nn.Module,
    x: Tensor,
    pair: Tensor,
    bounds: Box | None,
    batch: int,
    *,
    evaluated: nn.Module | None = None,
    dtype: torch.dtype | None = None,
) -> State:
    """Return the state of a search in which nothing was evaluated yet."""
    points = x.flatten(1).to(torch.float32 if x.dtype == torch.float32 else torch.float64)
    infinite = torch.full((len(x),), torch.inf, dtype=torch.float64, device=x.device)
    counts = torch.zeros(len(x), dtype=torch.int64, device=x.device)
    return State(
        model,
        x,
        pair,
        bounds,
        batch,
        evaluated=evaluated or model,
        dtype=dtype or x.dtype,
        points=points,
        best=torch.zeros_like(points),
        best_norm=infinite,
        open=torch.ones(len(x), dtype=torch.bool, device=x.device),
        start_gap=torch.zeros_like(infinite),
        n_forward=counts,
        n_backward=counts.clone(),
    )
