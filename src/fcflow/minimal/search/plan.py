"""The order of the phases, by how much effort a search is worth."""

import torch
from torch import Tensor

from fcflow.minimal.certain_flips import certain_flips
from fcflow.minimal.effort import Plan, Round
from fcflow.minimal.search.approach import approach, walk
from fcflow.minimal.search.evaluation import evaluate_start
from fcflow.minimal.search.finish import finish, settle, use_float64
from fcflow.minimal.search.restart import restart
from fcflow.minimal.search.retreat import retreat
from fcflow.minimal.search.scan import scan
from fcflow.minimal.search.state import State
from fcflow.perturbations import Perturbation


def search(state: State, classes: Tensor | None, plan: Plan) -> Perturbation:
    """Return the shortest perturbation found of each point.

    A plan's rounds are done one after the other, each from where the one before ended, and what it
    found stays unless there is something shorter: a longer plan is never worse.

    Parameters
    ----------
    state : State
    classes : int64 [n, c], optional
        The other classes to set out towards, nearest first; without, the pairs' targets.
    plan : Plan
    """
    evaluate_start(state)
    shortest = Perturbation(
        torch.zeros_like(state.x),
        torch.full_like(state.best_norm, torch.inf),
        torch.zeros_like(state.open),
        state.n_forward,
        state.n_backward,
    )
    looked_at, seed = 0, 1
    for step in plan:
        before = state.best_norm.clone()
        _search_round(state, classes, looked_at, step, range(seed, seed + step.restarts))
        rows = torch.nonzero((state.best_norm < before) | (looked_at == 0))[:, 0]
        _confirm(state, rows, shortest)
        if classes is not None:
            _search_each(state, classes[:, looked_at : step.classes], step, shortest)
        looked_at, seed = step.classes, seed + step.restarts
    return shortest


def _search_each(state: State, classes: Tensor, step: Round, shortest: Perturbation) -> None:
    """Where nothing was found, search towards one class after the other, until one is reached."""
    rows = torch.nonzero(state.open & ~shortest.success)[:, 0]
    for other in classes.T:
        if rows.numel() == 0:
            return
        told = state.trial(rows, torch.stack([state.pair[rows, 0], other[rows]], dim=1))
        result = search(told, None, (step,))
        state.adopt(told, rows)
        reached = rows[result.success]
        shortest.delta[reached] = result.delta[result.success]
        shortest.norm[reached] = result.norm[result.success]
        shortest.success[reached] = True
        rows = rows[~result.success]


def _search_round(
    state: State, classes: Tensor | None, looked_at: int, step: Round, seeds: range
) -> None:
    if looked_at == 0:
        approach(state, None if classes is None else classes[:, : step.classes])
        walk(state)
        _seek_in_float64(state)
        retreat(state)
    elif classes is not None and classes.shape[1] > looked_at:
        approach(state, classes[:, looked_at : step.classes])
    if seeds.start == 1 and seeds:
        scan(state)
    restart(state, seeds)
    settle(state)


def _seek_in_float64(state: State) -> None:
    """Where nothing flipped, seek once more in float64: the gradient may have underflowed."""
    rows = torch.nonzero(state.open & state.best_norm.isinf())[:, 0]
    if rows.numel() == 0:
        return
    trial = state.trial(rows, state.pair[rows])
    use_float64(trial)
    if trial.dtype != state.dtype:
        walk(trial)
        retreat(trial)
        state.adopt(trial, rows)


def _confirm(state: State, rows: Tensor, shortest: Perturbation) -> None:
    """Take over what the model itself says to the bests of ``rows``, where that is shorter."""
    if rows.numel() == 0:
        return
    trial = state.trial(rows, state.pair[rows])
    trial.best, trial.best_norm = state.best[rows].clone(), state.best_norm[rows].clone()
    trial.start_gap, trial.open = state.start_gap[rows].clone(), state.open[rows].clone()
    finish(trial)
    delta, norm, success = certain_flips(trial)
    state.n_forward[rows] += trial.n_forward
    state.n_backward[rows] += trial.n_backward

    better = norm < shortest.norm[rows]
    kept = rows[better]
    shortest.delta[kept], shortest.norm[kept] = delta[better], norm[better]
    shortest.success[kept] = success[better]


def no_points(x: Tensor) -> Perturbation:
    """Return the result of a search over no points at all."""
    none = torch.zeros(0, dtype=torch.int64, device=x.device)
    return Perturbation(torch.zeros_like(x), none.double(), none.bool(), none, none.clone())
