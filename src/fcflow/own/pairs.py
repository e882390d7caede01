"""Pairs of inputs measured and attacked in one call: a table, one row a pair and attack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from fcflow.attacks.outcome import answers
from fcflow.attacks.registry import attack_parameters, load_attack
from fcflow.compression.factors import factors
from fcflow.compression.path import PathCompression, path_compression
from fcflow.errors import InputError
from fcflow.extras import paper_extra
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.bounds import Bounds, check_bounds
from fcflow.gradients.checks import check_classes, check_points, check_range
from fcflow.gradients.coordinates import Numbers
from fcflow.gradients.gap import class_logits
from fcflow.models.classes import answers as likeliest
from fcflow.models.normalised import normalised
from fcflow.models.prepared import prepare
from fcflow.perturbations import Perturbation, reasons
from fcflow.sources import find_entries
from fcflow.user_functions import is_user_function, user_entry

if TYPE_CHECKING:
    import pandas as pd

_KEYS = ("attack", "criterion")
_PATH_MEASURES = ("compression", "factors")


def measure_pairs(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    attacks: Sequence[str | Mapping[str, Any]] = ("minimal",),
    measures: Sequence[str] = _PATH_MEASURES,
    bounds: Bounds | None = None,
    points: int = 11,
    tolerance: float = 1e-3,
    max_gradients: int = 2001,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    batch: int = DEFAULT_BATCH,
    check_rows: bool = True,
) -> pd.DataFrame:
    """Measure how much of x1 - x2 a model looks at, and how little changes its answer at x1.

    It needs pandas, which ``fcflow[paper]`` brings.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k], each row depending on its own input alone.
    x1, x2 : floating point [n, ...]
        The inputs of each pair; x1 is attacked.
    source, target : int or integer tensor [n], optional
        The classes of x1 and x2; by default the model's answers there.
    attacks : sequence of str or mapping
        Names, such as ``minimal``, ``ddn``, ``foolbox:DDNAttack`` or ``my_attacks.py:pgd``; or
        mappings with ``attack``, its own parameters, and ``criterion``: ``pair`` (x2's class over
        x1's, the default), ``argmax`` (any other answer) or ``target`` (x2's class as the answer).
    measures : sequence of str
        ``compression``, ``factors``, ``certified``, or a function ``my_measures.py:curvature``; any
        of them needs the path from x1 to x2, whose columns are there too.
    bounds : (low, high), optional
        The box that perturbed inputs stay in, as for :func:`fcflow.minimal_perturbation`.
    points, tolerance, max_gradients
        Of the path from x1 to x2, as for :func:`fcflow.path_compression`.
    mean, std : float, sequence or tensor, optional
        For a model that expects (x - mean) / std: inputs, bounds and lengths are in the units
        before that.
    batch : int
        The most points that go through the model at once.
    check_rows : bool
        Whether to refuse a model whose output is not a function of one row.

    Returns
    -------
    DataFrame
        One row a pair and attack. ``pair``, ``source``, ``target``, ``distance``,
        ``half_distance``; of the compression ``cos_theta`` at x1, ``mean_cos`` and
        ``mean_abs_cos`` over the path, ``abs_cos_x2`` at x2, ``rho2`` (the span ratio at x1),
        ``integral``, ``predicted_length``, ``flip_length``, …;
        ``attack``, ``criterion``, ``success``, ``reason``, ``norm`` = ‖e‖, ``ratio`` = ‖e‖ over
        half the distance, what the model answers there, ``predicted``, and the evaluations and
        gradients that were spent, ``n_forward`` and ``n_backward``. With ``factors`` the product of
        ``weighted_cosine``, ``evenness``, ``boundary_place`` and ``curvature`` is ``ratio``, to
        rounding. NaN where there is no such number.

    Raises
    ------
    InputError
        In one line that names the argument: if one has the wrong shape, type or range, an attack or
        measure is unknown, or both inputs of a pair are of one class.
    MissingExtraError
        If pandas is not installed.

    Examples
    --------
    >>> model = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = model.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> table = measure_pairs(model, torch.tensor([[0.0, 1.0]]), torch.tensor([[0.0, -1.0]]))
    >>> table[["cos_theta", "norm", "ratio", "curvature"]].round(3).values.tolist()
    [[0.8, 0.8, 0.8, 1.0]]
    """
    with paper_extra():
        import pandas as pd
    ways = [_way(one) for one in attacks]
    if not ways:
        raise InputError("attacks must name at least one, such as minimal")
    _check_measures(measures)
    x1, x2 = check_points("x1", x1, finite=False), check_points("x2", x2, finite=False)
    if x1.shape != x2.shape:
        raise InputError(
            f"x1 and x2 must have one shape, got {list(x1.shape)} and {list(x2.shape)}"
        )
    with torch.inference_mode(False):
        opened = normalised(model, x1, mean, std)
        own, other = _classes(opened, x1, x2, source, target, batch=batch, check_rows=check_rows)
        check_bounds(bounds, x1)
        pairs, path = _pairs(
            opened,
            (x1, x2, own, other),
            measures,
            batch=batch,
            points=points,
            tolerance=tolerance,
            max_gradients=max_gradients,
        )
        tables = []
        for way in ways:
            given = {key: value for key, value in way.items() if key != "attack"}
            run = load_attack(way["attack"]).run
            found = run(opened, x1, own, other, bounds=bounds, batch=batch, **given)
            at = x1 + found.delta
            logits = class_logits(opened, at, batch) if len(x1) else at.new_zeros(0, 2)
            rows = _attack_columns(found, logits, torch.stack([own, other], dim=1))
            rows["norm"] = found.norm.where(found.success, torch.nan)
            rows["ratio"] = rows["norm"] / pairs["half_distance"]
            if "factors" in measures and path is not None:
                rows["curvature"] = factors(path, x1, x2, rows["norm"]).curvature
            named = {"attack": way["attack"], "criterion": way["criterion"]}
            tables.append(_frame(pairs | named | rows))
    return pd.concat(tables, ignore_index=True).sort_values(
        "pair", kind="stable", ignore_index=True
    )


def _way(given: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return an attack with its parameters; refuse what it does not take."""
    way: Any = {"attack": given} if isinstance(given, str) else given
    name = way.get("attack") if isinstance(way, Mapping) else None
    if not isinstance(name, str):
        raise InputError(f"attacks must be names, or mappings with a key attack, got {given!r}")
    known = attack_parameters(name)
    unknown = [key for key in way if key not in (*_KEYS, *known)]
    if unknown:
        told = ", ".join(known) or "none"
        raise InputError(f"attacks: {unknown[0]} is no parameter of {name}, which takes {told}")
    missing = [key for key, optional in known.items() if not optional and key not in way]
    if missing:
        raise InputError(f"attacks: {name} needs {', '.join(missing)}")
    return {"criterion": "pair", **way}


def _check_measures(measures: Sequence[str]) -> None:
    """Refuse measures that there are not, before anything is computed."""
    known = find_entries("fcflow.experiments.images", "measure")
    for name in measures:
        if is_user_function(name):
            user_entry(name)
        elif name not in known:
            raise InputError(f"there is no measure {name!r}; there are {', '.join(known)}")


def _classes(
    model: nn.Module,
    x1: Tensor,
    x2: Tensor,
    source: int | Tensor | None,
    target: int | Tensor | None,
    *,
    batch: int,
    check_rows: bool,
) -> tuple[Tensor, Tensor]:
    """Return the class of each input of the pairs, int64 [n]."""
    classes = []
    for name, given, x in (("source", source, x1), ("target", target, x2)):
        if given is None:
            logits = prepare(
                model, x, batch=batch, check_rows=check_rows and name == "source"
            ).logits
            classes.append(likeliest(logits))
        else:
            classes.append(check_classes(name, given, x))
    own, other = classes
    same = own == other
    if bool(same.any()):
        row = int(same.int().argmax())
        whose = "the model's answers" if target is None else "the classes"
        raise InputError(
            f"x1 and x2 must be of different classes: {whose} in row {row} are {int(own[row])} and"
            f" {int(other[row])}; give source and target, or leave such pairs out"
        )
    return own, other


def _pairs(
    model: nn.Module,
    ends: tuple[Tensor, Tensor, Tensor, Tensor],
    measures: Sequence[str],
    *,
    batch: int,
    **grid: Any,
) -> tuple[dict[str, Any], PathCompression | None]:
    """Return what is measured of each pair, whatever the attack, and the path if one was taken."""
    x1, x2, source, target = ends
    distance = (x1.double() - x2.double()).flatten(1).norm(dim=1)
    columns: dict[str, Any] = {
        "pair": torch.arange(len(x1)),
        "source": source,
        "target": target,
        "distance": distance,
        "half_distance": distance / 2,
    }
    if not measures:
        return columns, None
    with paper_extra():
        from fcflow.experiments.images.probe import measured, path_columns
    path = path_compression(model, *ends, batch=batch, check_rows=False, **grid)
    columns |= path_columns(path)
    # A pair that is not finite costs no other its measures.
    good = torch.stack([x.isfinite().flatten(1).all(dim=1) for x in (x1, x2)]).all(dim=0)
    kept = (x1[good], x2[good], source[good], target[good])
    for name, values in measured(model, kept, _some(path, good), measures, batch=batch).items():
        text = values.dtype == object
        columns[name] = np.full(len(x1), "" if text else np.nan, dtype=values.dtype)
        columns[name][good.cpu().numpy()] = values
    return columns, path


def _some(path: PathCompression, rows: Tensor) -> PathCompression:
    """Return some of the paths."""
    parts = {one.name: getattr(path, one.name) for one in fields(path)}
    return PathCompression(
        **{name: value if name == "gamma" else value[rows] for name, value in parts.items()}
    )


def _attack_columns(found: Perturbation, logits: Tensor, pair: Tensor) -> dict[str, Any]:
    if len(pair):
        check_range("source and target", pair, logits.shape[1])
    seen = answers(logits, pair)
    return {
        "success": found.success,
        "reason": list(reasons(found)),
        "predicted": seen.predicted,
        "n_forward": found.n_forward,
        "n_backward": found.n_backward,
    }


def _frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    plain = {
        name: value.detach().cpu().numpy() if isinstance(value, Tensor) else value
        for name, value in columns.items()
    }
    return pd.DataFrame(plain)
