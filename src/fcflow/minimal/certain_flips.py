"""Perturbations lengthened by rounding, until the model's answer changes for certain."""

import torch
from torch import Tensor, nn

from fcflow.compression.gradients import pair_logits
from fcflow.minimal.box import clipped
from fcflow.minimal.search import Search

_MARGIN = 4.0  # roundings that a flip must survive
_SAMPLED = 4  # evaluations that show how large they are


def certain_flips(search: Search) -> tuple[Tensor, Tensor, Tensor]:
    """Return delta [n, ...], norm float64 [n] and success bool [n] as the searched model itself evaluates them."""
    x, best_norm = search.x, search.best_norm
    delta = torch.zeros_like(x)
    success = torch.zeros(len(x), dtype=torch.bool, device=x.device)
    rows = torch.nonzero(best_norm.isfinite())[:, 0]
    error = torch.zeros_like(best_norm)
    rounding, overshoot, seen = float(torch.finfo(x.dtype).eps), 0.0, 1
    while rows.numel() and overshoot < 1.0:
        found = (search.best[rows] * (1 + overshoot)).to(x.dtype).reshape(-1, *x.shape[1:])
        found = clipped(x[rows], found, search.bounds)
        flips = _flip_for_certain(search, rows, x[rows] + found, error)
        flips &= (seen >= _SAMPLED) | (best_norm[rows] == 0)
        delta[rows[flips]] = found[flips]
        success[rows[flips]] = True
        rows = rows[~flips]
        overshoot, seen = max(1.5 * overshoot, rounding), seen + 1
    norm = delta.double().flatten(1).norm(dim=1)
    return delta, torch.where(success, norm, torch.inf), success


def _flip_for_certain(search: Search, rows: Tensor, points: Tensor, error: Tensor) -> Tensor:
    """Return which points flip by more than the model's gaps may be off, as they are in another batch.

    By how much they are off is seen from the float64 copy, and the largest error of a row so far kept in ``error``,
    float64 [n]. Without a copy it is reckoned from the slope.
    """
    logits = _pair_logits(search, search.model, rows, points)
    gap, rounding = logits[:, 0] - logits[:, 1], float(torch.finfo(points.dtype).eps)
    off, flips = rounding * logits.abs().sum(dim=1), gap < 0
    if search.evaluated is search.model:
        slope = search.start_gap[rows] / search.best_norm[rows]
        off += rounding * slope * (search.points[rows] + search.best[rows]).norm(dim=1)
    else:
        exact = _pair_logits(search, search.evaluated, rows, points.to(search.dtype))
        exact_gap = exact[:, 0] - exact[:, 1]
        error[rows] = torch.maximum(error[rows], (gap - exact_gap).abs())
        off, flips = off + error[rows], flips & (exact_gap < 0)
    return flips & (gap < torch.where(search.best_norm[rows] > 0, -_MARGIN * off, 0.0))


def _pair_logits(search: Search, model: nn.Module, rows: Tensor, points: Tensor) -> Tensor:
    search.n_forward[rows] += 1
    return torch.cat([pair_logits(model, points[i], search.pair[part]).double() for i, part in search.parts(rows)])
