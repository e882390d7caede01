"""What an attack has to reach, and what it has spent on the way.

Three things may count as success, and which one did is part of every result:

- ``pair``: the target's logit exceeds the source's, whatever the other classes do (the gap that the
  theory is about);
- ``argmax``: some other class's logit exceeds the source's, so that the classifier changes its
  answer;
- ``target``: the target's logit exceeds all others, so that the classifier answers with the target.
"""

from collections.abc import Callable
from functools import partial
from typing import get_args
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from fcflow.errors import InputError
from fcflow.gradients.batches import chunks
from fcflow.gradients.bounds import Bounds, check_bounds
from fcflow.gradients.checks import check_batch, check_model, check_pair, check_points, check_range
from fcflow.gradients.gap import class_logits, loss_gradient
from fcflow.gradients.margins import Criterion, margins
from fcflow.minimal.box import clipped, shifted
from fcflow.minimal.lengthening import Tried, lengthen
from fcflow.models.head import Behind
from fcflow.models.prepared import prepare
from fcflow.perturbations import Perturbation

# What falls back by rounding is lengthened by a few roundings, then by four times as much each
# time, up to a length that would be no rounding any more.
_FIRST_GROWTH, _LAST_GROWTH, _FASTER = 4, 1e-2, 4

# Models that were looked at, and whether each has a head: a workflow attacks the same network once
# for every pair and attack.
_KNOWN: WeakKeyDictionary[nn.Module, bool] = WeakKeyDictionary()


def attackable(model: nn.Module, x: Tensor, batch: int) -> nn.Module:
    """Return the model up to a head that keeps the order of the logits: the question is the same.

    Raises
    ------
    InputError
        As :func:`~fcflow.models.prepared.prepare`, the first time that a model is seen.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=1)).eval()
    >>> attackable(model, torch.zeros(1, 2), 1)(torch.ones(1, 2)).exp().sum() == 1
    tensor(False)
    """
    check_model(model)
    if model in _KNOWN:
        return Behind(model) if _KNOWN[model] else model
    with torch.inference_mode(False):
        ready = prepare(model, x.clone() if x.is_inference() else x, batch=batch)
    if ready.model is model:
        _KNOWN[model] = ready.behind is not model
    return ready.behind


class Goal:
    """The points under attack, the criterion, and how often the model was evaluated for each point.

    Parameters
    ----------
    model : torch module in evaluation mode
        What is attacked is the model up to a head that keeps the order of the logits.
    x : floating point [n, ...]
        A point at which the model has no finite answer does not flip.
    source, target : int or integer tensor [n]
    criterion : {"pair", "argmax", "target"}
    bounds : (low, high) or None
        The least and greatest value that a coordinate of a perturbed point may take, as for
        :func:`fcflow.minimal_perturbation`.
    batch : int
        Points in one evaluation of the model, at most.

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, or the model is in training mode, is not
        a function of one row, or has no finite answer at any point.
    """

    def __init__(
        self,
        model: nn.Module,
        x: Tensor,
        source: int | Tensor,
        target: int | Tensor,
        *,
        criterion: Criterion,
        bounds: Bounds | None,
        batch: int,
    ) -> None:
        check_model(model)
        check_batch(batch)
        if criterion not in get_args(Criterion):
            raise InputError(
                f"criterion must be one of {', '.join(get_args(Criterion))}, got {criterion!r}"
            )
        self.criterion, self.batch = criterion, batch
        self.given = check_points("x", x, finite=False)
        self.bounds, self.x, _ = check_bounds(bounds, self.given)
        self.model = attackable(model, self.x, batch)
        self.pair = check_pair(source, target, self.x)
        self.n_forward = torch.zeros(len(x), dtype=torch.int64, device=x.device)
        self.n_backward = torch.zeros_like(self.n_forward)

    def everything(self) -> Tensor:
        """Return the rows of all points."""
        return torch.arange(len(self.x), device=self.x.device)

    def margin(self, rows: Tensor, delta: Tensor) -> Tensor:
        """Return the margins at x + delta of some points, float64."""
        self.n_forward[rows] += 1
        if len(rows) == 0:
            return delta.new_zeros(0, dtype=torch.float64)
        logits = class_logits(self.model, self.x[rows] + delta, self.batch)
        check_range("source and target", self.pair, logits.shape[1])
        margin = margins(logits, self.pair[rows], self.criterion)
        return margin.nan_to_num(nan=torch.inf)

    def gradient(
        self, rows: Tensor, delta: Tensor, loss: Callable[[Tensor, Tensor], Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Return margins, float64, and gradients of a loss of logits and pairs, at x + delta."""
        self.n_forward[rows] += 1
        self.n_backward[rows] += 1
        margin = torch.zeros(len(rows), dtype=torch.float64, device=self.x.device)
        gradient = torch.zeros_like(delta)
        for part in chunks(len(rows), self.batch):
            pair = self.pair[rows[part]]
            at = self.x[rows[part]] + delta[part]
            logits, gradient[part] = loss_gradient(
                self.model, at, partial(self._checked, loss, pair)
            )
            margin[part] = margins(logits, pair, self.criterion)
        # Without a finite answer nothing flips, and there is no way to go.
        return margin.nan_to_num(nan=torch.inf), gradient.nan_to_num(0.0, 0.0, 0.0)

    def clipped(self, rows: Tensor, delta: Tensor) -> Tensor:
        """Return ``delta`` such that the perturbed points lie within the bounds."""
        return clipped(self.x[rows], delta, self.bounds)

    def result(self, delta: Tensor, flipped: Tensor) -> Perturbation:
        """Return what the model says to perturbations, [n, ...]; those not ``flipped`` have failed.

        Points on the boundary may fall back by rounding when they are evaluated among others, and
        are then lengthened.
        """
        everything = self.everything()
        tried = delta * flipped.reshape(-1, *[1] * (delta.ndim - 1))
        growth = _FIRST_GROWTH * torch.finfo(self.x.dtype).eps

        def evaluate(rows: Tensor, tried: Tensor) -> tuple[Tensor, Tensor]:
            margin = self.margin(rows, tried)
            return (margin < 0) | ~flipped, margin

        def longer(short: Tensor, margin: Tensor) -> Tried:
            nonlocal growth
            if growth > _LAST_GROWTH or short.numel() == 0:
                return everything[:0], tried[:0]
            tried[short] = self.clipped(short, tried[short] * (1 + growth))
            growth *= _FASTER
            return everything, tried

        delta, success = lengthen(tried, (everything, tried), evaluate, longer)
        success &= flipped
        delta = shifted(self.given, self.x, delta, self.bounds)
        delta[~success] = 0.0
        norm = delta.double().flatten(1).norm(dim=1)
        return Perturbation(
            delta, torch.where(success, norm, torch.inf), success, self.n_forward, self.n_backward
        )

    def _checked(
        self, loss: Callable[[Tensor, Tensor], Tensor], pair: Tensor, logits: Tensor
    ) -> Tensor:
        check_range("source and target", self.pair, logits.shape[1])
        return loss(logits, pair)


def gap(logits: Tensor, pair: Tensor) -> Tensor:
    """Return g = f_source - f_target, [n]."""
    source, target = logits.gather(1, pair).unbind(dim=1)
    return source - target


def lengths(v: Tensor) -> Tensor:
    """Return the L2 norms of [n, ...] as float64 [n]."""
    norms: Tensor = torch.linalg.vector_norm(v.double().flatten(1), dim=1)
    return norms


def scaled(factor: Tensor, v: Tensor) -> Tensor:
    """Return each of the vectors [n, ...] times its factor, [n], in the vectors' dtype."""
    return (factor.reshape(-1, *[1] * (v.ndim - 1)) * v).to(v.dtype)


def bisect(
    goal: Goal,
    rows: Tensor,
    curve: Callable[[Tensor], Tensor],
    low: Tensor,
    high: Tensor,
    halvings: int,
) -> Tensor:
    """Return the least parameters found, [len(rows)], at which curves flip.

    They flip at ``high`` and not at ``low``. ``curve`` takes parameters, float64 [len(rows)], to
    perturbations of these rows.
    """
    for _ in range(halvings):
        middle = (low + high) / 2
        flips = goal.margin(rows, curve(middle)) < 0
        high, low = torch.where(flips, middle, high), torch.where(flips, low, middle)
    return high
