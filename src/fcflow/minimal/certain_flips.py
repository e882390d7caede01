"""Perturbations lengthened by rounding, until the model's answer changes for certain."""

import torch
from torch import Tensor, nn

from fcflow.compression.gradients import pair_logits
from fcflow.minimal.box import clipped
from fcflow.minimal.search import Search

_MARGIN = 6.0  # roundings that a flip must survive
_SAMPLED = 4  # evaluations that show how large they are
_LEAST_GROWTH = 1.1  # of a lengthening, from one try to the next
_FURTHEST = 0.25  # of the length, in one try
_ROUNDINGS = 1000


def certain_flips(search: Search) -> tuple[Tensor, Tensor, Tensor]:
    """Return delta [n, ...], norm float64 [n] and success bool [n] as the searched model itself evaluates them."""
    x, best_norm = search.x, search.best_norm
    delta = torch.zeros_like(x)
    success = torch.zeros(len(x), dtype=torch.bool, device=x.device)
    rows = torch.nonzero(best_norm.isfinite())[:, 0]
    error = torch.zeros_like(best_norm)
    rounding, seen = float(torch.finfo(x.dtype).eps), 1
    overshoot = torch.zeros_like(best_norm)
    # What a perturbation is lengthened by, relative to itself: one shorter than the roundings of x
    # by many of those.
    reach = (_ROUNDINGS * rounding * search.points.norm(dim=1) / best_norm).clamp_min(1.0)
    reach = torch.where(best_norm > 0, reach, 1.0)
    sampled = 1 if search.evaluated is search.model else _SAMPLED
    while rows.numel():
        found = (
            (search.best[rows] * (1 + (overshoot * reach)[rows, None]))
            .to(x.dtype)
            .reshape(-1, *x.shape[1:])
        )
        found = clipped(x[rows], found, search.bounds)
        missing = _missing(search, rows, x[rows] + found, error)
        flips = (missing < 0) & ((seen >= sampled) | (best_norm[rows] == 0))
        delta[rows[flips]] = found[flips]
        success[rows[flips]] = True
        rows, missing = rows[~flips], missing[~flips]
        # As much further as the gap's fall from x on says, and at least a little.
        further = (
            (missing / search.start_gap[rows] / reach[rows])
            .nan_to_num(nan=0.0)
            .clamp(0.0, _FURTHEST)
        )
        overshoot[rows] = torch.maximum(
            overshoot[rows] * _LEAST_GROWTH + rounding, overshoot[rows] + further
        )
        rows, seen = rows[overshoot[rows] < 1.0], seen + 1
    norm = delta.double().flatten(1).norm(dim=1)
    return delta, torch.where(success, norm, torch.inf), success


def _missing(search: Search, rows: Tensor, points: Tensor, error: Tensor) -> Tensor:
    """Return by how much the gaps of points must still fall to be below zero for certain, in another batch too.

    By how much a gap may be off is seen from the float64 copy, and the largest error of a row so
    far kept in ``error``, float64 [n]. Without a copy it is reckoned from the slope.
    """
    logits = _pair_logits(search, search.model, rows, points)
    gap, rounding = logits[:, 0] - logits[:, 1], float(torch.finfo(points.dtype).eps)
    off = rounding * logits.abs().sum(dim=1)
    if search.evaluated is search.model:
        slope = search.start_gap[rows] / search.best_norm[rows]
        off += rounding * slope * (search.points[rows] + search.best[rows]).norm(dim=1)
    else:
        exact = _pair_logits(search, search.evaluated, rows, points.to(search.dtype))
        exact_gap = exact[:, 0] - exact[:, 1]
        error[rows] = torch.maximum(error[rows], (gap - exact_gap).abs())
        off, gap = off + error[rows], torch.maximum(gap, exact_gap)
    return gap + torch.where(search.best_norm[rows] > 0, _MARGIN * off, 0.0)


def _pair_logits(search: Search, model: nn.Module, rows: Tensor, points: Tensor) -> Tensor:
    search.n_forward[rows] += 1
    return torch.cat(
        [
            pair_logits(model, points[i], search.pair[part]).double()
            for i, part in search.parts(rows)
        ]
    )
