"""The search for least perturbations: projections onto linearised boundaries, and the shortest that flipped so far."""

import torch
from torch import Tensor, nn

from fcflow.compression.gradients import gap_gradient, pair_logits
from fcflow.minimal.double_precision import in_float64
from fcflow.minimal.halfspaces import shortest_vector

_FLAT = 1e-9  # a step this much shorter than the perturbation changes nothing any more
_AVERAGED = 8  # gradients
_CUTS = 4
_ROUNDS = 2
_SMALL = 256  # coordinates up to which several halfspaces in a box are cheap
_RAY_STEPS = 16
_LOOSE = 1e-4  # where a ray that is not the last crosses the boundary, as a share of the gap at x
_BRACKETS = (0.02, 0.06, 0.15, 0.4, 1.0)  # of a ray's length, about its end
_OVERSHOOTS = (1e-9, 1e-7, 1e-5, 1e-3, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_FEW = 32  # coordinates up to which random directions find something
_SHARES = (0.3, 0.6, 0.9)
_PUSHES = (2.0, 1.0, 0.5, 0.25)  # of the best's length, from far to near
_EVEN = 0.1  # of the largest weight in a push, added to every coordinate's
_CURVED = 1.3  # times further than the gradient at x says: linearising has failed
_TURNS = (
    0.95,
    0.05,
)  # share of the latest gradient in an annealed direction: what is phased out, and what remains
_BREATH = 0.05  # of the length, the least change of an annealed length at first
_STRIDE = 0.3  # of the length, the greatest


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

    Attributes
    ----------
    best, best_norm : float64 [n, D] and [n]
        The shortest perturbation at which the gap was below zero, and its length; infinite where
        there is none yet.
    open : bool [n]
        What is still searched.
    linear : float64 [n]
        How far the boundary is by the gradient at x.
    evaluated : torch module
        The model, or from ``finish`` on its float64 copy, where it has one.
    n_forward, n_backward : int64 [n]
    """

    def __init__(
        self,
        model: nn.Module,
        x: Tensor,
        pair: Tensor,
        bounds: tuple[float, float] | None,
        batch: int,
    ) -> None:
        self.model, self.x, self.pair, self.bounds, self.batch = model, x, pair, bounds, batch
        self.evaluated, self.dtype = model, x.dtype
        self.points = x.double().flatten(1)
        self.box = (
            (None, None) if bounds is None else (bounds[0] - self.points, bounds[1] - self.points)
        )
        self.best = torch.zeros_like(self.points)
        self.best_norm = torch.full((len(x),), torch.inf, dtype=torch.float64, device=x.device)
        self.open = torch.ones(len(x), dtype=torch.bool, device=x.device)
        self.n_forward = torch.zeros(len(x), dtype=torch.int64, device=x.device)
        self.n_backward = torch.zeros_like(self.n_forward)
        every = torch.arange(len(x), device=x.device)
        self.start_gap = self._gap(every, self.best)
        self.open &= (
            self.best_norm > 0
        )  # what is misclassified already was kept with a perturbation of zero
        self.linear = torch.full_like(self.best_norm, torch.inf)

    def _shaped(self, rows: Tensor, e: Tensor) -> Tensor:
        return (self.points[rows] + e).to(self.dtype).reshape(-1, *self.x.shape[1:])

    def parts(self, rows: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Return rows in parts that the model takes at once, each with its places among them."""
        index = torch.arange(len(rows), device=rows.device)
        return [(i, rows[i]) for i in index.split(self.batch)]

    def _gap(self, rows: Tensor, e: Tensor) -> Tensor:
        """Return the gaps at x + e of some points, and keep every e that flips and is shorter than the best."""
        parts = [
            pair_logits(self.evaluated, self._shaped(part, e[i]), self.pair[part])
            for i, part in self.parts(rows)
        ]
        self.n_forward[rows] += 1
        return self._keep(rows, e, torch.cat(parts))

    def _linearised(self, rows: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
        """Return gaps and their gradients at x + e of some points, keeping what flips."""
        parts = [
            gap_gradient(self.evaluated, self._shaped(part, e[i]), self.pair[part])
            for i, part in self.parts(rows)
        ]
        self.n_forward[rows] += 1
        self.n_backward[rows] += 1
        gap = self._keep(rows, e, torch.cat([logits for logits, _ in parts]))
        return gap, torch.cat([gradient.double().flatten(1) for _, gradient in parts])

    def _keep(self, rows: Tensor, e: Tensor, logits: Tensor) -> Tensor:
        gap = logits[:, 0] - logits[:, 1]
        length = e.norm(dim=1)
        better = (gap < 0) & (length < self.best_norm[rows])
        self.best[rows[better]] = e[better]
        self.best_norm[rows[better]] = length[better]
        return gap

    def _box(self, rows: Tensor) -> tuple[Tensor, Tensor] | tuple[None, None]:
        low, high = self.box
        return (None, None) if low is None or high is None else (low[rows], high[rows])

    def _clipped(self, rows: Tensor, e: Tensor) -> Tensor:
        low, high = self._box(rows)
        return e if low is None else e.clamp(low, high)

    def flat(self) -> Tensor:
        """Return the open points with a flip that are not curved."""
        return torch.nonzero(self.open & (self.best_norm <= _CURVED * self.linear))[:, 0]

    def curved(self) -> Tensor:
        """Return the open points whose boundary is well further than the gradient at x says, or was not found."""
        return torch.nonzero(self.open & (self.best_norm > _CURVED * self.linear))[:, 0]

    def _found(self) -> Tensor:
        """Return the points to shorten further."""
        return torch.nonzero(self.open & self.best_norm.isfinite())[:, 0]

    def follow(self, steps: int, cuts: int = 1) -> None:
        """Project each point, from its best so far, onto its last linearised boundaries until it settles."""
        rows = torch.nonzero(self.open)[:, 0]
        normals = torch.zeros(
            (len(self.x), cuts, self.points.shape[1]), dtype=torch.float64, device=self.x.device
        )
        offsets = normals.new_zeros((len(self.x), cuts))
        e = self.best.clone()
        last_gap = torch.full_like(self.best_norm, torch.inf)
        share = torch.ones_like(self.best_norm)
        for _ in range(steps):
            if rows.numel() == 0:
                break
            gap, normal = self._linearised(rows, e[rows])
            self.linear[rows] = torch.where(
                (e[rows] == 0).all(dim=1), gap / normal.norm(dim=1), self.linear[rows]
            )
            sloping = (normal != 0).any(dim=1)  # where the gap is flat there is nowhere to go
            rows, gap, normal = rows[sloping], gap[sloping], normal[sloping]
            offset = (normal * e[rows]).sum(dim=1) - gap
            normals[rows] = torch.cat([normals[rows, 1:], normal[:, None]], dim=1)
            offsets[rows] = torch.cat([offsets[rows, 1:], offset[:, None]], dim=1)
            share[rows] = torch.where(
                gap.abs() > last_gap[rows], share[rows] / 2, (share[rows] * 2).clamp_max(1.0)
            )
            last_gap[rows] = gap.abs()
            step = shortest_vector(normals[rows], offsets[rows], *self._box(rows)) - e[rows]
            e[rows] += share[rows, None] * step
            rows = rows[step.norm(dim=1) > _FLAT * e[rows].norm(dim=1)]
        self._cross(e)

    def walk(self, steps: int) -> None:
        """Seek any flip where there is none yet, by first-order steps from the last iterate."""
        rows = torch.nonzero(self.open & self.best_norm.isinf())[:, 0]
        e = torch.zeros_like(self.best)
        for _ in range(steps):
            if rows.numel() == 0:
                break
            gap, normal = self._linearised(rows, e[rows])
            going = (gap >= 0) & (normal != 0).any(dim=1)
            rows, gap, normal = rows[going], gap[going], normal[going]
            slope = normal.norm(dim=1)
            length = torch.maximum(1.02 * gap / slope, self._rounding(rows))
            e[rows] = self._clipped(rows, e[rows] - normal * (length / slope)[:, None])
        self._cross(e)

    def _rounding(self, rows: Tensor) -> Tensor:
        """Return the least length of a step: on the boundary itself there is no gap that would give it one."""
        length: Tensor = self.points[rows].norm(dim=1)
        return length * torch.finfo(self.dtype).eps

    def scan(self, directions: int, steps: int) -> None:
        """Look in random directions, the same for every point, for a shorter flip, and descend from what is found.

        Looking costs no gradient. In many dimensions it would find nothing, and is not done.
        """
        if self.points.shape[1] > _FEW:
            return
        rows, before = torch.nonzero(self.open)[:, 0], self.best_norm.clone()
        draw = torch.Generator().manual_seed(0)
        drawn = torch.randn(
            directions, self.points.shape[1], generator=draw, dtype=torch.float64
        ).to(self.x.device)
        unknown = before[rows].isinf()
        reach = torch.where(unknown, 4.0 * self.points[rows].norm(dim=1) + 1.0, before[rows])
        for direction in drawn / drawn.norm(dim=1, keepdim=True):
            for share in _SHARES:
                self._gap(rows, self._clipped(rows, share * reach[:, None] * direction))
        self.descend(steps, torch.nonzero(self.open & (self.best_norm < before))[:, 0])

    def leave(self) -> None:
        """From now on, count any class other than the source as reached."""
        self.pair = self.pair[:, :1].expand(-1, 2).clone()
        rows = torch.nonzero(self.open)[:, 0]
        if rows.numel():
            self.start_gap[rows] = self._gap(rows, torch.zeros_like(self.best[rows]))

    def _cross(self, e: Tensor) -> None:
        """Lengthen perturbations until they flip: a settled one may lie just short of the boundary.

        Where nothing has flipped yet, a long way is gone: whatever it finds is the next phase's
        start.
        """
        rows = torch.nonzero(self.open & (e != 0).any(dim=1))[:, 0]
        least = torch.zeros_like(self.best_norm)
        for overshoot in _OVERSHOOTS:
            rows = rows[e[rows].norm(dim=1) * (1 + overshoot) < self.best_norm[rows]]
            if rows.numel() == 0:
                return
            tried = rows[least[rows] <= overshoot]
            if tried.numel() == 0:
                continue
            gap = self._gap(tried, self._clipped(tried, e[tried] * (1 + overshoot)))
            # What the gap's fall from x on says is missing: less than half of it is not worth a
            # look.
            least[tried] = torch.where(gap < 0, torch.inf, 0.5 * gap / self.start_gap[tried])
            rows = rows[least[rows].isfinite()]

    def anneal(self, steps: int, rows: Tensor) -> None:
        """Turn the perturbations of curved points towards their gradients, in ever smaller shares.

        The gradients of a deep network differ from place to place, and what leads to a close flip
        is their mean over many. Direction and length are therefore decoupled (after DDN, Rony et
        al. 2019): the direction is a moving mean of the gradients, whose memory grows, and the
        length goes on to the boundary or back from it.
        """
        e = torch.zeros_like(self.best[rows])
        direction = e.clone()
        for step in range(steps):
            if rows.numel() == 0:
                return
            gap, normal = self._linearised(rows, e)
            slope, length = normal.norm(dim=1), e.norm(dim=1)
            going = slope > 0
            rows, gap, normal, slope, length = (
                rows[going],
                gap[going],
                normal[going],
                slope[going],
                length[going],
            )
            left = 1.0 - step / steps
            turn = _TURNS[0] * left + _TURNS[1] if step else 1.0
            falls = -(normal * direction[going]).sum(dim=1) if step else slope
            direction = (1 - turn) * direction[going] - turn * normal / slope[:, None]
            direction = direction / direction.norm(dim=1, keepdim=True).clamp_min(
                torch.finfo(torch.float64).tiny
            )
            distance = gap / torch.maximum(falls, _STRIDE * slope)
            if step:
                share = (distance.abs() / length).clamp(_BREATH * left, _STRIDE)
                length = length * torch.where(gap >= 0, 1 + share, 1 - share)
            else:
                length = torch.maximum(distance / 2, self._rounding(rows))
            e = self._clipped(rows, direction * length[:, None])

    def keep_nearest(self, owner: Tensor, slack: float) -> None:
        """Close the pairs of each point whose best is longer than ``slack`` times that of the point's nearest class."""
        shortest = torch.full_like(self.best_norm, torch.inf)
        shortest = shortest.scatter_reduce(0, owner, self.best_norm, reduce="amin")[owner]
        self.open &= self.best_norm <= slack * shortest

    def descend(self, steps: int, rows: Tensor | None = None, start: Tensor | None = None) -> None:
        """Walk along the boundary towards its point closest to x, from the best or from ``start``, float64 [n, D].

        With the mean of the last gradients for its normal, the boundary's tangent plane through the
        perturbation has a closest point to x; a share of the way there is gone, and then along the
        ray to the boundary. The mean levels out the kinks of ReLU and max pooling; the share falls
        where the ray's crossing came out no shorter.
        """
        rows = self._found() if rows is None else rows
        e = (self.best if start is None else start)[rows].clone()
        length = e.norm(dim=1)
        at, share = e.clone(), torch.full_like(length, 0.5 if start is None else 1.0)
        sums: list[Tensor] = []
        for _ in range(steps):
            if rows.numel() == 0:
                return
            normal = self._linearised(rows, at)[1]
            normal = normal / normal.norm(dim=1, keepdim=True).clamp_min(
                torch.finfo(torch.float64).tiny
            )
            sums = [*sums, normal][-_AVERAGED:]
            mean = torch.stack(sums).mean(dim=0)
            nearest = shortest_vector(
                mean[:, None], (mean * e).sum(dim=1, keepdim=True), *self._box(rows)
            )
            crossing = self._crossing(rows, e + share[:, None] * (nearest - e), tolerance=_LOOSE)
            reached = crossing.norm(dim=1)
            shorter = reached < length
            e, length = (
                torch.where(shorter[:, None], crossing, e),
                torch.where(shorter, reached, length),
            )
            at = torch.where(reached.isfinite()[:, None], crossing, e)
            share = torch.where(shorter, (share * 1.5).clamp_max(1.0), share * 0.6)
            going = share > 1e-4
            going &= (nearest - e).norm(dim=1) > _FLAT * length
            rows, e, length, at, share = (
                rows[going],
                e[going],
                length[going],
                at[going],
                share[going],
            )
            sums = [normal[going] for normal in sums]

    def restart_downhill(self, steps: int) -> None:
        """Descend from where a walk down the gradient, in steps a fraction of the best, first flips.

        The walk follows a curved way where the projections jump, and can end in another part of the
        boundary.
        """
        rows = self._found()
        e = torch.zeros_like(self.best)
        length = 1.25 * self.best_norm / steps
        for _ in range(steps):
            if rows.numel() == 0:
                break
            gap, normal = self._linearised(rows, e[rows])
            going = (gap >= 0) & (normal != 0).any(dim=1)
            rows, normal = rows[going], normal[going]
            step = normal * (length[rows] / normal.norm(dim=1))[:, None]
            e[rows] = self._clipped(rows, e[rows] - step)
        self._descend_from(e, steps)

    def restart_aside(self, steps: int, seed: int, affordable: Tensor) -> None:
        """Descend from the best pushed aside, far and near in turn, in a direction that the seed decides.

        A shorter perturbation often lies behind a kink. A coordinate is pushed by a random share of
        the root of what the best moves it by, and of a little more: most where it matters, and
        where it does not matter yet. The shares are the same for every point, so that points do not
        influence each other; those not ``affordable``, bool [n], are left as they are.
        """
        rows = self._found()
        rows = rows[affordable[rows]]
        if rows.numel() == 0:
            return
        draw = torch.Generator().manual_seed(seed)
        aside = torch.randn(self.points.shape[1], generator=draw, dtype=torch.float64).to(
            self.x.device
        )
        weight = self.best[rows].abs().sqrt()
        push = aside * (weight + _EVEN * weight.amax(dim=1, keepdim=True))
        push = push / push.norm(dim=1, keepdim=True).clamp_min(torch.finfo(torch.float64).tiny)
        length = _PUSHES[(seed - 1) % len(_PUSHES)] * self.best_norm[rows]
        start = torch.zeros_like(self.best)
        start[rows] = self.best[rows] + length[:, None] * push
        self._descend_from(start, steps)

    def _descend_from(self, start: Tensor, steps: int) -> None:
        """Descend from where the rays through ``start`` cross the boundary, those that do."""
        rows = torch.nonzero(self.open & (start != 0).any(dim=1))[:, 0]
        if rows.numel() == 0:
            return
        crossing = self._crossing(rows, self._clipped(rows, start[rows]), tolerance=_LOOSE)
        crosses = crossing.isfinite().all(dim=1)
        start[rows] = crossing
        self.descend(steps, rows[crosses], start)

    def _crossing(self, rows: Tensor, ray: Tensor, tolerance: float) -> Tensor:
        """Return where each ray from x crosses the boundary, lengthened up to twice; infinite where it does not.

        A bracket about the ray's end grows until it holds a crossing, and Illinois' variant of
        regula falsi narrows it until the gap is within ``tolerance`` of its start, or the bracket
        of its length.
        """
        high = torch.ones(len(rows), dtype=torch.float64, device=ray.device)
        low = torch.ones_like(high)
        gap_high = self._gap(rows, ray)
        gap_low = gap_high.clone()
        for width in _BRACKETS:
            out, back = torch.nonzero(gap_high >= 0)[:, 0], torch.nonzero(gap_low < 0)[:, 0]
            if out.numel() + back.numel() == 0:
                break
            low[out], gap_low[out] = high[out], gap_high[out]
            high[out] = 1 + width
            high[back], gap_high[back] = low[back], gap_low[back]
            low[back] = 1 - width
            moved, share = torch.cat([out, back]), torch.cat([high[out], low[back]])
            gap = self._gap(rows[moved], self._clipped(rows[moved], ray[moved] * share[:, None]))
            gap_high[out], gap_low[back] = gap[: len(out)], gap[len(out) :]
        crosses = gap_high < 0
        left = torch.nonzero(crosses)[:, 0]
        for _ in range(_RAY_STEPS):
            if left.numel() == 0:
                break
            # A share of zero would not move where the gap at ``low`` is zero to the last digit.
            share = (gap_low[left] / (gap_low[left] - gap_high[left])).clamp(1e-3, 1.0)
            # A little beyond the root that the bracket's secant has, so that on a straight piece
            # this one flips.
            middle = torch.minimum(
                (low[left] + (high[left] - low[left]) * share) * (1 + tolerance / 4), high[left]
            )
            gap = self._gap(rows[left], self._clipped(rows[left], ray[left] * middle[:, None]))
            flips = gap < 0
            # A side that stays put counts half the next time.
            gap_low[left] = torch.where(flips, gap_low[left] * 0.5, gap)
            gap_high[left] = torch.where(flips, gap, gap_high[left] * 0.5)
            high[left], low[left] = (
                torch.where(flips, middle, high[left]),
                torch.where(flips, low[left], middle),
            )
            there = (gap < 0) & (gap > -tolerance * self.start_gap[rows[left]])
            left = left[~there & (high[left] - low[left] > tolerance)]
        crossing = self._clipped(rows, ray * high[:, None])
        return torch.where(crosses[:, None], crossing, torch.inf)

    @property
    def rounds(self) -> int:
        """How often ``finish`` follows several linearisations together, at most: never where halfspaces are costly."""
        return 0 if self.bounds is not None and self.points.shape[1] > _SMALL else _ROUNDS

    def finish(self, steps: int) -> None:
        """Go over to float64, follow several linearisations together while that shortens, and end on the boundary."""
        self._use_float64()
        self._polish()
        for _ in range(self.rounds):
            before = self.best_norm.clone()
            self.follow(steps, _CUTS)
            self._polish()
            self.open &= self.best_norm < before * (1 - 1e-6)

    def _use_float64(self) -> None:
        exact = in_float64(self.model, self.x[:1])
        if exact is self.model:
            return
        self.evaluated, self.dtype = exact, torch.float64
        found, rows = self.best.clone(), self._found()
        if rows.numel() == 0:
            return
        # What flipped only by the rounding of float32 is lengthened until it flips in float64.
        self.best_norm[rows] = torch.inf
        self.start_gap[rows] = self._gap(rows, torch.zeros_like(found[rows]))
        crossed = self._gap(rows, found[rows]) < 0
        beyond = torch.zeros_like(found)
        beyond[rows[~crossed]] = found[rows[~crossed]]
        self._cross(beyond)

    def _polish(self) -> None:
        rows = self._found()
        if rows.numel():
            # More than the rounding of the logits allows is not to be had.
            self._crossing(
                rows, self.best[rows].clone(), 1e-12 if self.dtype == torch.float64 else 1e-6
            )
