"""The gap's gradient along paths, integrated by halving the worst intervals ([FC] §5)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fcflow.gradients.batches import chunks
from fcflow.gradients.gap import gap_gradient
from fcflow.gradients.vectors import length_and_cosine, norm, unit

# An interval narrower than this many roundings of γ is not split: its points would coincide.
_WIDTH_ROUNDINGS = 16
_SIMPSON = torch.tensor([1.0, 4.0, 1.0], dtype=torch.float64) / 6


@dataclass(frozen=True)
class Paths:
    """n paths, and the model whose gap is integrated along them.

    Attributes
    ----------
    model : nn.Module
    x1, x2 : [n, ...]
        Their ends.
    pair : int64 [n, 2]
        Source and target.
    refused : bool [n], on the CPU
        Paths on which the model has no finite answer or gradient; it grows as points are evaluated.
    batch : int
        The most points that go through the model at once.
    """

    model: nn.Module
    x1: Tensor
    x2: Tensor
    pair: Tensor
    refused: Tensor
    batch: int

    def evaluate(self, path: Tensor, gamma: Tensor) -> Tensor:
        """Return what is known at points of paths, float64 [5, m] on the CPU.

        Gap, slope ⟨∇g, v⟩, ‖∇g‖, cos θ and the larger |logit|.
        """
        values = torch.empty(5, len(path), dtype=torch.float64)
        for part in chunks(len(path), self.batch):
            # Most of a part is on one path, whose ends are taken to float64 once.
            rows, place = torch.unique_consecutive(
                path[part].to(self.x1.device), return_inverse=True
            )
            start, end = self.x1[rows].double(), self.x2[rows].double()
            weight = gamma[part].to(self.x1.device).reshape(-1, *[1] * (start.ndim - 1))
            ends = (start, end) if len(rows) == 1 else (start[place], end[place])
            # ``lerp`` is exact at both ends.
            point = torch.lerp(*ends, weight).to(self.x1.dtype)
            logits, gradient = gap_gradient(self.model, point, self.pair[rows[place]])
            v = start - end
            length, cos = length_and_cosine(gradient, unit(v), place)
            slope = (length * norm(v)[place] * cos).where(length > 0, 0.0)
            columns = [logits[:, 0] - logits[:, 1], slope, length, cos, logits.abs().amax(dim=1)]
            finite = logits.isfinite().all(dim=1) & gradient.isfinite().flatten(1).all(dim=1)
            self.refused[path[part][~finite.cpu()]] = True
            values[:, part] = torch.stack(columns).where(finite, 0.0).cpu()
        return values


@dataclass(frozen=True)
class Intervals:
    """Pieces of paths, with gap and slope at both ends and in the middle: CPU, float64."""

    path: Tensor
    left: Tensor
    width: Tensor
    gap: Tensor
    slope: Tensor

    def integrals(self) -> Tensor:
        """Return Simpson's rule on each piece: exact for constant (ReLU) and cubic slopes."""
        return (self.slope * _SIMPSON).sum(dim=1) * self.width

    def errors(self) -> Tensor:
        """Return how far each is from the truth, which the gaps at a piece's ends give exactly."""
        return self.integrals() - (self.gap[:, 0] - self.gap[:, 2])

    def split(self, halved: Tensor, paths: Paths) -> "Intervals":
        """Return the pieces with some of them halved, at two gradients each."""
        path, left, width = self.path[halved], self.left[halved], self.width[halved]
        at = torch.stack([left + width / 4, left + width * 3 / 4], dim=1)
        gap, slope, *_ = paths.evaluate(path.repeat_interleave(2), at.flatten())
        halves = [
            torch.stack(
                [
                    torch.stack([old[:, k], new.reshape(-1, 2)[:, k], old[:, k + 1]], dim=1)
                    for k in (0, 1)
                ]
            )
            for old, new in ((self.gap[halved], gap), (self.slope[halved], slope))
        ]
        kept = ~halved
        return Intervals(
            torch.cat([self.path[kept], path, path]),
            torch.cat([self.left[kept], left, left + width / 2]),
            torch.cat([self.width[kept], width / 2, width / 2]),
            torch.cat([self.gap[kept], halves[0].flatten(0, 1)]),
            torch.cat([self.slope[kept], halves[1].flatten(0, 1)]),
        )


def _worst(square: Tensor, path: Tensor, unfinished: Tensor, affordable: Tensor) -> Tensor:
    """Choose the intervals of the unfinished paths to split, bool [m].

    ``square`` is an interval's squared error, where the square of what its path is allowed is 1.
    The smallest are kept as long as they add up to no more than half of that (or of what there is,
    if less); all the others are halved.
    """
    order = torch.argsort(square)
    order = order[torch.argsort(path[order], stable=True)]
    sorted_path, sorted_square = path[order], square[order]
    count = torch.bincount(path, minlength=len(unfinished))
    last = torch.cumsum(count, 0)
    summed = torch.cat([torch.zeros(1, dtype=torch.float64), torch.cumsum(sorted_square, 0)])
    before = summed[last - count]
    kept = 0.5 * (summed[last] - before).clamp(max=1.0)
    from_worst = last[sorted_path] - 1 - torch.arange(len(path))
    split = torch.empty(len(path), dtype=torch.bool)
    split[order] = (
        unfinished[sorted_path]
        & (summed[1:] - before[sorted_path] > kept[sorted_path])
        & (from_worst < affordable[sorted_path])
        & (sorted_square > 0)
    )
    return split


def refine(
    intervals: Intervals, paths: Paths, allowed: Tensor, max_gradients: int, used: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return integrals, numbers of gradients and whether errors are as small as allowed, [n]."""
    zero = torch.zeros_like(allowed)
    n_gradients = torch.full((len(allowed),), used)
    narrowest = _WIDTH_ROUNDINGS * torch.finfo(paths.x1.dtype).eps
    while True:
        path = intervals.path
        share = (intervals.errors() / allowed[path]).clamp(-1e6, 1e6)
        square = share.square()
        # The sum alone may be small by luck, when large errors of both signs happen to cancel.
        converged = (zero.index_add(0, path, share).abs() <= 1) & (
            zero.index_add(0, path, square) <= 1
        )
        worst = _worst(square, path, ~converged, (max_gradients - n_gradients) // 2) & (
            intervals.width > narrowest
        )
        if not bool(worst.any()):
            return zero.index_add(0, path, intervals.integrals()), n_gradients, converged
        n_gradients += 2 * torch.bincount(path[worst], minlength=len(allowed))
        intervals = intervals.split(worst, paths)
