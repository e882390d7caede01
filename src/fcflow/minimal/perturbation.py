"""Least L2 perturbations of any torch classifier, by projecting the original point ([FC] §6, ‖e‖).

The least e with g(x + e) ≤ 0 is a fixed point of projecting x, not the last iterate, onto the boundary linearised at
the last iterate: with g and n = ∇g taken at x + e, the next e is the shortest one with g + ⟨n, e' - e⟩ ≤ 0. Steps are
halved where they fail to bring the gap closer to zero. A network with ReLU has its closest point often on a kink, where
single linearisations swing from side to side; so a second phase projects onto the last few of them together, a small
quadratic programme. Whatever flips is kept if it is shorter, and the ray through the best is searched for the boundary.
The search is in float64, on a float64 copy of the model; what is returned was evaluated by the model itself.
"""

import copy
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from fcflow.compression.gradients import check_model, check_pair, check_points, gap_gradient
from fcflow.errors import InputError

_SWEEPS = 200  # of coordinate descent on the dual of a projection onto at most _CUTS halfspaces
_CUTS = 4


@dataclass(frozen=True)
class MinimalPerturbation:
    """What was found for each of n points.

    Attributes
    ----------
    delta : like x
        The perturbation; zero where nothing was found, or where x is misclassified already.
    norm : float64 [n]
        ‖delta‖; infinite where nothing was found.
    success : bool [n]
        Whether the model itself, in its own dtype, changes its answer at x + delta.
    n_forward, n_backward : int64 [n]
        How often the model was evaluated at, and differentiated at, points belonging to x.
    """

    delta: Tensor
    norm: Tensor
    success: Tensor
    n_forward: Tensor
    n_backward: Tensor


def minimal_perturbation(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    steps: int = 24,
) -> MinimalPerturbation:
    """Return the smallest L2 perturbation found at which the target's logit reaches the source's.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k].
    x : floating point [n, ...]
        The points; device and dtype of the results follow.
    source, target : int or integer tensor [n]
        The pair whose gap f_source - f_target is brought to zero or below.
    steps : int
        Gradients of each of the two phases, at most.

    Returns
    -------
    MinimalPerturbation
        Upper bounds on the least perturbation: local search gives no proof. Failures are reported as such.

    Raises
    ------
    InputError
        If the model is in training mode or does not return finite logits [n, k ≥ 2], if x is not finite floating
        point, or if source and target are equal or out of range.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval()
    >>> _ = linear.weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> minimal_perturbation(linear, torch.tensor([[1.0, 0.5]]), 0, 1).norm.round(decimals=5)
    tensor([1.], dtype=torch.float64)
    """
    check_model(model)
    points = check_points("x", x)
    if steps < 1:
        raise InputError(f"steps must be at least 1, got {steps}")
    if len(points) == 0:
        none = torch.zeros(0, dtype=torch.int64, device=x.device)
        return MinimalPerturbation(torch.zeros_like(points), none.double(), none.bool(), none, none.clone())
    search = _Search(model, points, check_pair(source, target, points))
    search.follow(steps, cuts=1)
    search.follow(steps, cuts=_CUTS)
    search.polish()
    return search.result()


@dataclass
class _Cuts:
    """The last linearisations of each point: ⟨normal, e⟩ ≤ offset, unused ones with a zero normal."""

    normals: Tensor  # [n, c, D]
    offsets: Tensor  # [n, c]

    def add(self, rows: Tensor, normal: Tensor, offset: Tensor) -> None:
        self.normals[rows] = torch.cat([self.normals[rows, 1:], normal[:, None]], dim=1)
        self.offsets[rows] = torch.cat([self.offsets[rows, 1:], offset[:, None]], dim=1)

    def shortest(self, rows: Tensor) -> Tensor:
        """Return the shortest e inside all halfspaces; inside the last one alone where they have no common point."""
        normals, offsets = self.normals[rows], self.offsets[rows]
        length = normals.norm(dim=2).clamp_min(torch.finfo(torch.float64).tiny)
        normals, offsets = normals / length[..., None], offsets / length
        gram = normals @ normals.transpose(1, 2)
        weights = torch.zeros_like(offsets)
        for _ in range(_SWEEPS if offsets.shape[1] > 1 else 1):
            for j in range(offsets.shape[1]):
                others = (gram[:, j] * weights).sum(dim=1) - gram[:, j, j] * weights[:, j]
                weights[:, j] = (-(offsets[:, j] + others)).clamp_min(0.0) * (gram[:, j, j] > 0.5)
        e = -(weights[..., None] * normals).sum(dim=1)
        scale = 1.0 + offsets.abs().amax(dim=1)
        fits = ((normals @ e[..., None])[..., 0] <= offsets + 1e-6 * scale[:, None]).all(dim=1)
        last = normals[:, -1] * offsets[:, -1:].clamp_max(0.0)
        return torch.where(fits[:, None], e, last)


@dataclass
class _Search:
    """The state of the search over n flattened points, in float64."""

    model: nn.Module
    x: Tensor
    pair: Tensor
    exact: nn.Module = field(init=False)
    best: Tensor = field(init=False)
    best_norm: Tensor = field(init=False)
    n_forward: Tensor = field(init=False)
    n_backward: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.exact = copy.deepcopy(self.model).double()
        self.points = self.x.double().flatten(1)
        self.best = torch.zeros_like(self.points)
        self.best_norm = torch.full((len(self.x),), torch.inf, dtype=torch.float64, device=self.x.device)
        self.n_forward = torch.zeros(len(self.x), dtype=torch.int64, device=self.x.device)
        self.n_backward = torch.zeros_like(self.n_forward)

    def _shaped(self, rows: Tensor, e: Tensor) -> Tensor:
        return (self.points[rows] + e).reshape(-1, *self.x.shape[1:])

    def gap(self, rows: Tensor, e: Tensor) -> Tensor:
        """Return the gaps at x + e of some points, and keep every e that flips and is shorter than the best."""
        with torch.no_grad():
            logits = self.exact(self._shaped(rows, e)).gather(1, self.pair[rows])
        self.n_forward[rows] += 1
        gap = logits[:, 0] - logits[:, 1]
        self._keep(rows, e, gap)
        return gap

    def linearised(self, rows: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
        """Return gaps and their gradients at x + e of some points, keeping what flips."""
        logits, gradient = gap_gradient(self.exact, self._shaped(rows, e), self.pair[rows])
        self.n_forward[rows] += 1
        self.n_backward[rows] += 1
        gap = logits[:, 0] - logits[:, 1]
        self._keep(rows, e, gap)
        return gap, gradient.flatten(1)

    def _keep(self, rows: Tensor, e: Tensor, gap: Tensor) -> None:
        norm = e.norm(dim=1)
        better = (gap <= 0) & (norm < self.best_norm[rows])
        self.best[rows[better]] = e[better]
        self.best_norm[rows[better]] = norm[better]

    def follow(self, steps: int, cuts: int) -> None:
        """Project each point onto its last ``cuts`` linearised boundaries until it settles."""
        rows = torch.arange(len(self.x), device=self.x.device)
        known = _Cuts(
            torch.zeros((len(rows), cuts, self.points.shape[1]), dtype=torch.float64, device=self.x.device),
            torch.zeros((len(rows), cuts), dtype=torch.float64, device=self.x.device),
        )
        e = self.best.clone()
        last_gap = torch.full_like(self.best_norm, torch.inf)
        share = torch.ones_like(self.best_norm)
        for _ in range(steps):
            if rows.numel() == 0:
                break
            gap, normal = self.linearised(rows, e[rows])
            moving = normal.norm(dim=1) > 0  # where the gap is flat there is nowhere to go
            # Already misclassified points need no perturbation, and were kept with e = 0.
            moving &= self.best_norm[rows] > 0
            rows, gap, normal = rows[moving], gap[moving], normal[moving]
            if rows.numel() == 0:
                break
            known.add(rows, normal, (normal * e[rows]).sum(dim=1) - gap)
            share[rows] = torch.where(gap.abs() > last_gap[rows], share[rows] / 2, (share[rows] * 2).clamp_max(1.0))
            last_gap[rows] = gap.abs()
            step = known.shortest(rows) - e[rows]
            e[rows] += share[rows, None] * step
            settled = step.norm(dim=1) <= 1e-9 * e[rows].norm(dim=1)
            rows = rows[~settled]
        self._cross(e)

    def _cross(self, e: Tensor) -> None:
        """Lengthen the last iterates until they flip: a settled one may lie just short of the boundary."""
        rows = torch.arange(len(self.x), device=self.x.device)
        for overshoot in (1e-9, 1e-7, 1e-5, 1e-3, 1e-1):
            rows = rows[(e[rows].norm(dim=1) * (1 + overshoot) < self.best_norm[rows]) & (e[rows] != 0).any(dim=1)]
            if rows.numel() == 0:
                return
            gap = self.gap(rows, e[rows] * (1 + overshoot))
            rows = rows[gap > 0]

    def polish(self) -> None:
        """Shorten each best perturbation along its own ray, to within 1e-12 of where the gap changes sign."""
        rows = torch.nonzero(self.best_norm.isfinite() & (self.best_norm > 0))[:, 0]
        low = torch.full((len(rows),), 0.9, dtype=torch.float64, device=self.x.device)
        high = torch.ones_like(low)
        ray = self.best[rows].clone()
        for _ in range(36):
            if rows.numel() == 0:
                return
            middle = (low + high) / 2
            flips = self.gap(rows, ray * middle[:, None]) <= 0
            high, low = torch.where(flips, middle, high), torch.where(flips, low, middle)

    def result(self) -> MinimalPerturbation:
        """Evaluate what was found by the model itself, in its own dtype, lengthening it by rounding where it must be."""
        delta = torch.zeros_like(self.x)
        success = torch.zeros(len(self.x), dtype=torch.bool, device=self.x.device)
        rows = torch.nonzero(self.best_norm.isfinite())[:, 0]
        overshoot = 0.0
        while rows.numel() and overshoot < 1e-2:
            found = (self.best[rows] * (1 + overshoot)).to(self.x.dtype).reshape(-1, *self.x.shape[1:])
            with torch.no_grad():
                logits = self.model(self.x[rows] + found).gather(1, self.pair[rows])
            self.n_forward[rows] += 1
            flips = logits[:, 0] <= logits[:, 1]
            delta[rows[flips]] = found[flips]
            success[rows[flips]] = True
            rows = rows[~flips]
            overshoot = max(4 * overshoot, float(torch.finfo(self.x.dtype).eps))
        norm = delta.double().flatten(1).norm(dim=1)
        return MinimalPerturbation(
            delta, torch.where(success, norm, torch.inf), success, self.n_forward, self.n_backward
        )
