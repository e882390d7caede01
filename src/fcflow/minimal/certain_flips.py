"""Perturbations lengthened by rounding, until the model's answer changes for certain.

Where that would take more than a hundredth of their length, what flips at all is kept.
"""

import torch
from torch import Tensor, nn

from fcflow.gradients.gap import pair_logits
from fcflow.minimal.box import clipped
from fcflow.minimal.half_flips import HALF, shortest_flips
from fcflow.minimal.lengthening import Tried, lengthen
from fcflow.minimal.search.state import State

# Roundings that a flip must survive. It trades length, a few roundings of x, against flips that
# another batch undoes.
_MARGIN = 6.0

# Evaluations, each at another point, that show how large roundings are: the error of one gap may
# happen to be zero.
_SAMPLED = 4

# From one try to the next a lengthening grows by at least a tenth of itself, so that it doubles
# within eight tries, and by at most a quarter of the perturbation, since the gap's fall from x on
# is only a guess of how it falls here.
_LEAST_GROWTH, _FURTHEST = 1.1, 0.25

# A perturbation shorter than so many roundings of x is lengthened by shares of those instead of
# shares of itself, which x would swallow.
_ROUNDINGS = 1000

# A perturbation lengthened by its reach, itself in most cases, has not flipped for good.
_GIVEN_UP = 1.0

# What flips for certain may be longer than what flips at all by this share of it, or by so many
# roundings of x, a little more than the margin; else the shorter one is returned.
_CERTAINTY, _CERTAINTY_ROUNDINGS = 0.01, 16.0


def certain_flips(state: State) -> tuple[Tensor, Tensor, Tensor]:
    """Return delta [n, ...], norm float64 [n] and success bool [n], as the model itself says."""
    x, best_norm = state.x, state.best_norm
    if x.dtype in HALF:
        shortest, norm = shortest_flips(state, torch.arange(len(x), device=x.device))
        return shortest, norm, norm.isfinite()
    rounding = float(torch.finfo(x.dtype).eps)
    error, overshoot = torch.zeros_like(best_norm), torch.zeros_like(best_norm)
    plain, has_plain = torch.zeros_like(x), torch.zeros_like(best_norm, dtype=torch.bool)
    sampled, samples = 0, 1 if state.evaluated is state.model else _SAMPLED

    # What a perturbation is lengthened by is relative to this many times itself.
    reach = (_ROUNDINGS * rounding * state.points.norm(dim=1) / best_norm).clamp_min(1.0)
    reach = torch.where(best_norm > 0, reach, 1.0)

    def perturbation(rows: Tensor) -> Tensor:
        e = state.best[rows] * (1 + (overshoot * reach)[rows, None])
        return clipped(x[rows], e.to(x.dtype).reshape(-1, *x.shape[1:]), state.bounds)

    def evaluate(rows: Tensor, delta: Tensor) -> tuple[Tensor, Tensor]:
        nonlocal sampled
        sampled += 1
        gap, missing = _missing(state, rows, x[rows] + delta, error)
        new = (gap < 0) & ~has_plain[rows]
        plain[rows[new]], has_plain[rows[new]] = delta[new], True
        return (missing < 0) & ((sampled >= samples) | (best_norm[rows] == 0)), missing

    def longer(rows: Tensor, missing: Tensor) -> Tried:
        # As much further as the gap's fall from x on says, and at least a little.
        further = (missing / state.start_gap[rows] / reach[rows]).nan_to_num(nan=0.0)
        overshoot[rows] = torch.maximum(
            overshoot[rows] * _LEAST_GROWTH + rounding,
            overshoot[rows] + further.clamp(0.0, _FURTHEST),
        )
        rows = rows[overshoot[rows] < _GIVEN_UP]
        return rows, perturbation(rows)

    rows = torch.nonzero(best_norm.isfinite())[:, 0]
    first = rows, perturbation(rows)
    delta, success = lengthen(torch.zeros_like(x), first, evaluate, longer)
    norm, shorter = delta.double().flatten(1).norm(dim=1), plain.double().flatten(1).norm(dim=1)
    allowed = torch.maximum(
        _CERTAINTY * shorter, _CERTAINTY_ROUNDINGS * rounding * state.points.norm(dim=1)
    )
    doubtful = has_plain & (~success | (norm > shorter + allowed))
    if bool(doubtful.any()):
        shortest, least = shortest_flips(state, torch.nonzero(doubtful)[:, 0])
        better = least < shorter
        plain[better], shorter[better] = shortest[better], least[better]
        delta[doubtful], norm[doubtful] = plain[doubtful], shorter[doubtful]
        success |= doubtful
    return delta, torch.where(success, norm, torch.inf), success


def _missing(state: State, rows: Tensor, points: Tensor, error: Tensor) -> tuple[Tensor, Tensor]:
    """Return gaps, and how much they must still fall to be below zero in any batch for certain.

    By how much a gap may be off is seen from the float64 copy, and the largest error of a row so
    far kept in ``error``, float64 [n]. Without a copy it is reckoned from the slope.
    """
    logits = _pair_logits(state, state.model, rows, points)
    gap = own = (logits[:, 0] - logits[:, 1]).nan_to_num(nan=torch.inf)
    rounding = float(torch.finfo(points.dtype).eps)
    off = rounding * logits.abs().sum(dim=1)

    if state.evaluated is state.model:
        slope = state.start_gap[rows] / state.best_norm[rows]
        off += rounding * slope * (state.points[rows] + state.best[rows]).norm(dim=1)
    else:
        exact = _pair_logits(state, state.evaluated, rows, points.to(state.dtype))
        exact_gap = (exact[:, 0] - exact[:, 1]).nan_to_num(nan=torch.inf)
        error[rows] = torch.maximum(error[rows], (gap - exact_gap).abs())
        off, gap = off + error[rows], torch.maximum(gap, exact_gap)
    missing = gap + torch.where(state.best_norm[rows] > 0, _MARGIN * off, 0.0)
    return own, missing.nan_to_num(nan=torch.inf)


def _pair_logits(state: State, model: nn.Module, rows: Tensor, points: Tensor) -> Tensor:
    """Return the logits of the pairs at points, float64 [m, 2], and count the evaluations."""
    state.n_forward[rows] += 1
    parts = state.parts(rows)
    logits = [pair_logits(model, points[places], state.pair[part]) for places, part in parts]
    return torch.cat(logits)
