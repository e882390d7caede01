"""The search for least perturbations: projections onto linearised boundaries, and what they found so far."""

import copy

import torch
from torch import Tensor, nn

from fcflow.compression.gradients import gap_gradient, pair_logits
from fcflow.minimal.box import clipped
from fcflow.minimal.halfspaces import shortest_vector

_CUTS = 4
_ROUNDS = 3
_RAY_STEPS = 16
_OVERSHOOTS = (1e-9, 1e-7, 1e-5, 1e-3, 1e-1, 1.0, 10.0, 100.0)
_CLOSE = 1.2  # a class is followed further where its best is at most this much longer than the nearest class's


class Search:
    """The state of a search over n points and their pairs of classes, flattened to [n, D] in float64.

    Parameters
    ----------
    model : torch module in evaluation mode
    x : floating point [n, ...]
    pair : int64 [n, 2]
    bounds : (float, float) or None
    batch : int
        Points in one evaluation of the model.
    """

    def __init__(
        self, model: nn.Module, x: Tensor, pair: Tensor, bounds: tuple[float, float] | None, batch: int
    ) -> None:
        self.model, self.x, self.pair, self.bounds, self.batch = model, x, pair, bounds, batch
        self.exact = _in_float64(model, x[:1])
        self.dtype = torch.float64 if self.exact is not model else x.dtype
        self.points = x.double().flatten(1)
        self.best = torch.zeros_like(self.points)
        self.best_norm = torch.full((len(x),), torch.inf, dtype=torch.float64, device=x.device)
        self.open = torch.ones(len(x), dtype=torch.bool, device=x.device)
        self.n_forward = torch.zeros(len(x), dtype=torch.int64, device=x.device)
        self.n_backward = torch.zeros_like(self.n_forward)

    def _shaped(self, rows: Tensor, e: Tensor) -> Tensor:
        return (self.points[rows] + e).to(self.dtype).reshape(-1, *self.x.shape[1:])

    def gap(self, rows: Tensor, e: Tensor) -> Tensor:
        """Return the gaps at x + e of some points, and keep every e that flips and is shorter than the best."""
        parts = [pair_logits(self.exact, self._shaped(part, e[i]), self.pair[part]) for i, part in self._parts(rows)]
        self.n_forward[rows] += 1
        return self._keep(rows, e, torch.cat(parts))

    def linearised(self, rows: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
        """Return gaps and their gradients at x + e of some points, keeping what flips."""
        parts = [gap_gradient(self.exact, self._shaped(part, e[i]), self.pair[part]) for i, part in self._parts(rows)]
        self.n_forward[rows] += 1
        self.n_backward[rows] += 1
        gap = self._keep(rows, e, torch.cat([logits for logits, _ in parts]))
        return gap, torch.cat([gradient.double().flatten(1) for _, gradient in parts])

    def _parts(self, rows: Tensor) -> list[tuple[Tensor, Tensor]]:
        index = torch.arange(len(rows), device=rows.device)
        return [(i, rows[i]) for i in index.split(self.batch)]

    def _keep(self, rows: Tensor, e: Tensor, logits: Tensor) -> Tensor:
        gap = logits[:, 0] - logits[:, 1]
        norm = e.norm(dim=1)
        better = (gap < 0) & (norm < self.best_norm[rows])
        self.best[rows[better]] = e[better]
        self.best_norm[rows[better]] = norm[better]
        return gap

    def _box(self, rows: Tensor) -> tuple[Tensor, Tensor] | tuple[None, None]:
        if self.bounds is None:
            return None, None
        return self.bounds[0] - self.points[rows], self.bounds[1] - self.points[rows]

    def follow(self, steps: int, cuts: int) -> None:
        """Project each point, from its best so far, onto its last linearised boundaries until it settles."""
        rows = torch.nonzero(self.open)[:, 0]
        normals = torch.zeros((len(self.x), cuts, self.points.shape[1]), dtype=torch.float64, device=self.x.device)
        offsets = normals.new_zeros((len(self.x), cuts))
        e = self.best.clone()
        last_gap = torch.full_like(self.best_norm, torch.inf)
        share = torch.ones_like(self.best_norm)
        for _ in range(steps):
            if rows.numel() == 0:
                break
            gap, normal = self.linearised(rows, e[rows])
            # Where the gap is flat there is nowhere to go; what is misclassified already was kept with e = 0.
            moving = (normal != 0).any(dim=1) & (self.best_norm[rows] > 0)
            rows, gap, normal = rows[moving], gap[moving], normal[moving]
            offset = (normal * e[rows]).sum(dim=1) - gap
            normals[rows] = torch.cat([normals[rows, 1:], normal[:, None]], dim=1)
            offsets[rows] = torch.cat([offsets[rows, 1:], offset[:, None]], dim=1)
            share[rows] = torch.where(gap.abs() > last_gap[rows], share[rows] / 2, (share[rows] * 2).clamp_max(1.0))
            last_gap[rows] = gap.abs()
            step = shortest_vector(normals[rows], offsets[rows], *self._box(rows)) - e[rows]
            e[rows] += share[rows, None] * step
            rows = rows[step.norm(dim=1) > 1e-9 * e[rows].norm(dim=1)]
        self._cross(e)

    def _cross(self, e: Tensor) -> None:
        """Lengthen the last iterates until they flip: a settled one may lie just short of the boundary.

        Where nothing has flipped yet, a long way is gone: whatever it finds is the next phase's start.
        """
        rows = torch.nonzero(self.open & (e != 0).any(dim=1))[:, 0]
        for overshoot in _OVERSHOOTS:
            rows = rows[e[rows].norm(dim=1) * (1 + overshoot) < self.best_norm[rows]]
            if rows.numel() == 0:
                return
            longer = e[rows] * (1 + overshoot)
            if self.bounds is not None:
                longer = longer.clamp(*self._box(rows))
            rows = rows[self.gap(rows, longer) >= 0]

    def drop_worse(self, owner: Tensor) -> None:
        """Close the pairs of each point whose best is clearly longer than that of the point's nearest class."""
        shortest = torch.full_like(self.best_norm, torch.inf)
        shortest = shortest.scatter_reduce(0, owner, self.best_norm, reduce="amin")[owner]
        self.open = self.best_norm <= _CLOSE * shortest

    def refine(self, steps: int) -> None:
        """Follow several linearisations together from the best, as long as that shortens it; then shorten its ray."""
        self.polish()
        for _ in range(_ROUNDS):
            before = self.best_norm.clone()
            self.follow(steps, cuts=_CUTS)
            self.polish()
            self.open &= self.best_norm < before * (1 - 1e-6)

    def polish(self) -> None:
        """Shorten each best perturbation along its own ray, to where the gap changes sign (Illinois' regula falsi)."""
        rows = torch.nonzero(self.open & self.best_norm.isfinite() & (self.best_norm > 0))[:, 0]
        if rows.numel() == 0:
            return
        ray = self.best[rows].clone()
        low, high = torch.zeros_like(self.best_norm[rows]), torch.ones_like(self.best_norm[rows])
        gap_low, gap_high = self.gap(rows, 0 * ray), self.gap(rows, ray)
        for _ in range(_RAY_STEPS):
            # A share of zero would not move where the gap at ``low`` is zero to the last digit.
            share = (gap_low / (gap_low - gap_high)).clamp(1e-3, 1.0)
            middle = low + (high - low) * share
            gap = self.gap(rows, ray * middle[:, None])
            flips = gap < 0
            # A side that stays put for a second time counts half.
            gap_low = torch.where(flips, gap_low * 0.5, gap)
            gap_high = torch.where(flips, gap, gap_high * 0.5)
            high, low = torch.where(flips, middle, high), torch.where(flips, low, middle)
            unsettled = high - low > 1e-12
            if not bool(unsettled.any()):
                return
            rows, ray, low, high = rows[unsettled], ray[unsettled], low[unsettled], high[unsettled]
            gap_low, gap_high = gap_low[unsettled], gap_high[unsettled]

    def result(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return delta, norm and success as the model itself evaluates them, lengthened by rounding where need be."""
        delta = torch.zeros_like(self.x)
        success = torch.zeros(len(self.x), dtype=torch.bool, device=self.x.device)
        rows = torch.nonzero(self.best_norm.isfinite())[:, 0]
        overshoot = 0.0
        while rows.numel() and overshoot < 1e-2:
            found = (self.best[rows] * (1 + overshoot)).to(self.x.dtype).reshape(-1, *self.x.shape[1:])
            found = clipped(self.x[rows], found, self.bounds)
            logits = torch.cat(
                [pair_logits(self.model, self.x[part] + found[i], self.pair[part]) for i, part in self._parts(rows)]
            )
            self.n_forward[rows] += 1
            flips = logits[:, 0] < logits[:, 1]
            delta[rows[flips]] = found[flips]
            success[rows[flips]] = True
            rows = rows[~flips]
            overshoot = max(4 * overshoot, float(torch.finfo(self.x.dtype).eps))
        norm = delta.double().flatten(1).norm(dim=1)
        return delta, torch.where(success, norm, torch.inf), success


def _in_float64(model: nn.Module, x: Tensor) -> nn.Module:
    """Return a float64 copy of the model, or the model itself where it insists on another dtype."""
    if x.dtype == torch.float64:
        return model
    exact = copy.deepcopy(model).double()
    try:
        with torch.no_grad():
            logits = exact(x.double())
    except RuntimeError:
        return model
    return exact if logits.dtype == torch.float64 else model
