"""The shortest vector inside a few halfspaces and a box, for each of many points."""

import torch
from torch import Tensor

# Sweeps over the halfspaces in a box, at most: each takes root searches over all coordinates.
_BOX_SWEEPS = 30

# Added to the squares of the normals, which have length one, so that two equal ones do no harm.
_RIDGE = 1e-12

# Newton steps of one root search, at most; two or three are usual.
_ROOT_STEPS = 40

# The weight of a halfspace that the box does not meet: it takes every coordinate to the box's edge.
_FAR = 2.0**40

# By how much a halfspace may be missed, and how little the weights change once they have settled,
# relative to them: tighter is more sweeps for digits that the next linearisation changes anyway.
_VIOLATION, _SETTLED = 1e-10, 1e-8


def shortest_vector(
    normals: Tensor, offsets: Tensor, low: Tensor | None = None, high: Tensor | None = None
) -> Tensor:
    """Return the shortest e with ⟨normal_j, e⟩ ≤ offset_j for every j, inside a box if given.

    Where the halfspaces have no common point, or none that was found, the last one alone counts.

    Parameters
    ----------
    normals : float64 [n, c, D]
        Zero normals are halfspaces that are not there.
    offsets : float64 [n, c]
    low, high : float64 [n, D], optional
        A box around zero.

    Returns
    -------
    float64 [n, D]

    Examples
    --------
    >>> normals = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]], dtype=torch.float64)
    >>> shortest_vector(normals, torch.tensor([[-1.0, -2.0]], dtype=torch.float64))
    tensor([[-1.0000, -2.0000]], dtype=torch.float64)
    """
    length = normals.norm(dim=2)
    there = length > 0
    length = torch.where(there, length, 1.0)
    normals, offsets = normals / length[..., None], torch.where(there, offsets / length, 0.0)
    if low is None or high is None:
        e, last = _by_gram(normals, offsets), normals[:, -1] * offsets[:, -1:].clamp_max(0.0)
    else:
        e = _in_box(normals, offsets, low, high, _BOX_SWEEPS if normals.shape[1] > 1 else 1)
        last = (
            e if normals.shape[1] == 1 else _in_box(normals[:, -1:], offsets[:, -1:], low, high, 1)
        )
    scale = 1.0 + offsets.abs().amax(dim=1, keepdim=True)
    fits = ((normals @ e[..., None])[..., 0] <= offsets + 1e-6 * scale).all(dim=1)
    return torch.where(fits[:, None], e, last)


def _by_gram(normals: Tensor, offsets: Tensor) -> Tensor:
    """Try every set of halfspaces that may hold with equality, by the normals' products.

    With e = -Σ w_j normal_j, the shortest vector has w ≥ 0, w = 0 off the set, and violates no
    halfspace: the set that comes closest to that is taken.
    """
    c = offsets.shape[1]
    sets = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=offsets.dtype)] * c)
    sets = sets.reshape(-1, c).to(offsets.device)
    gram = normals @ normals.transpose(1, 2)

    # Off the set, the matrix is that of the identity and the right side zero.
    both = sets[:, :, None] * sets[:, None, :]
    eye = torch.eye(c, dtype=offsets.dtype, device=offsets.device)
    matrix = gram[:, None] * both + eye * (1 - both + _RIDGE)
    weights = torch.linalg.solve(matrix, (-offsets[:, None] * sets)[..., None])[..., 0]
    excess = -(gram[:, None] @ weights[..., None])[..., 0] - offsets[:, None]
    missed = torch.maximum(excess.amax(dim=2), -weights.amin(dim=2))
    best = missed.argmin(dim=1)
    weights = weights[torch.arange(len(best), device=best.device), best].clamp_min(0.0)
    e: Tensor = -(weights[..., None] * normals).sum(dim=1)
    return e


def _in_box(normals: Tensor, offsets: Tensor, low: Tensor, high: Tensor, sweeps: int) -> Tensor:
    """Coordinate ascent on the dual, e = clip(-Σ w_j normal_j) to the box with w ≥ 0.

    A halfspace that the box does not meet is approached as far as the box goes, and not waited for.
    """
    nearest = torch.minimum(normals * low[:, None], normals * high[:, None]).sum(dim=2)
    met = nearest <= offsets
    weights = torch.zeros_like(offsets)
    total = torch.zeros_like(normals[:, 0])
    for _ in range(sweeps):
        before = weights.clone()
        for j in range(offsets.shape[1]):
            normal = normals[:, j]
            total -= weights[:, j, None] * normal
            at = weights[:, j].where(met[:, j], _FAR)
            weights[:, j] = _root(at, ~met[:, j], total, normal, offsets[:, j], low, high)
            total += weights[:, j, None] * normal
        settled = ((weights - before).abs() <= _SETTLED * (1.0 + weights)).all(dim=1)
        if bool((settled | ~met.all(dim=1)).all()):
            break
    return (-total).clamp(low, high)


def _root(
    start: Tensor,
    done: Tensor,
    total: Tensor,
    normal: Tensor,
    offset: Tensor,
    low: Tensor,
    high: Tensor,
) -> Tensor:
    """Return the least w ≥ 0 with ⟨normal, clip(-total - w normal)⟩ ≤ offset, or ``start``.

    By Newton steps inside a bracket, from ``start``, which the last sweep left close by. The left
    side falls with w, piecewise linearly, until every coordinate lies on the box; those that are
    ``done`` from the outset, whose offset is below even that, stay where they start.
    """
    below, above = torch.zeros_like(offset), torch.full_like(offset, torch.inf)
    weight = start
    for _ in range(_ROOT_STEPS):
        free = -total - weight[:, None] * normal
        e = free.clamp(low, high)
        excess = (normal * e).sum(dim=1) - offset
        slope = (normal.square() * (free == e)).sum(dim=1)
        done = done | (excess.abs() <= _VIOLATION) | ((weight == 0) & (excess <= 0))
        if bool(done.all()):
            break
        below = torch.where(excess > 0, weight, below)
        above = torch.where(excess <= 0, weight, above)
        newton = (weight + excess / slope).clamp_min(0.0)
        middle = torch.where(above.isfinite(), (below + above) / 2, 2 * weight + 1.0)
        inside = newton.isfinite() & (newton >= below) & (newton <= above) & (newton != weight)
        weight = torch.where(done, weight, torch.where(inside, newton, middle))
    return weight
