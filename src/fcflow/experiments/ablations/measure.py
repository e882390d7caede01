"""What networks of a study do at fresh points: accuracy, compression, factors, perturbations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from fcflow.attacks.ddn import ddn
from fcflow.attacks.fast_l2 import fast_l2
from fcflow.certified.perturbation import certified_perturbation
from fcflow.compression.factors import factors
from fcflow.compression.path import path_compression
from fcflow.data.coordinates import coordinates_to_test, draw_coordinates
from fcflow.experiments.ablations.columns import (
    ATTACKS,
    EXPLAINING,
    FACTORS,
    KEY,
    NETWORKS,
    POINTS,
    TRAINING,
    WEIGHTS,
)
from fcflow.experiments.ablations.train import Arrays, matrices_of
from fcflow.gradients.batches import chunks
from fcflow.minimal.effort import Effort
from fcflow.minimal.perturbation import minimal_perturbation
from fcflow.networks.dense_group import DenseGroup, TaggedRows, dense_group, tag_rows
from fcflow.networks.dense_shape import DenseShape
from fcflow.seeds import Stream, generator
from fcflow.steps import step
from fcflow.theory.closest_vector import closest_points

# The factors need the gradients on the grid alone, so that the path is not refined between them.
_ANY_ERROR = 1e6
_CERTIFIED = ("relu", "leaky_relu", "linear")
_GEOMETRIC = (
    *FACTORS,
    *ATTACKS,
    *("ratio", "gap", "gap_gradient", "loss_gradient", "norm", "certified", "half_distance"),
)


@dataclass(frozen=True)
class _Probes:
    """Points of n networks, [n, probes, …], and those whose label alone differs."""

    z: NDArray[np.float64]
    x1: Tensor
    x2: Tensor


@step(
    reads={"training": TRAINING, "weights": WEIGHTS},
    writes={"networks": NETWORKS, "points": POINTS},
    gpu=True,
)
def measure_study(
    training: pd.DataFrame,
    weights: Arrays,
    *,
    test_points: int,
    tolerance: float,
    probed_points: int,
    gammas: int,
    ddn_steps: int,
    certified_effort: Effort,
    networks_at_once: int,
    device: str = "cpu",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure every network at every kept step of its training.

    Returns
    -------
    networks, points : DataFrame
        One row a network, and one a correctly classified probed point of it, as
        :data:`~fcflow.experiments.ablations.columns.NETWORKS` and ``POINTS``.
    """
    tables: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    for rows, group in tqdm([*_groups(training, weights, networks_at_once, device)], unit="group"):
        A = matrices_of(rows)
        networks = rows.assign(**_tested(group, rows, A, test_points))
        networks["learned"] = networks["finite"] & (networks["accuracy"] >= 1 - tolerance)
        probes = _probes(rows, A, probed_points, device)
        points = _probed(group, probes, gammas, ddn_steps, certified_effort)
        points["half_distance"] = _half_distances(rows, A, probes)[
            points["network"], points["point"]
        ]
        own = networks.reset_index(drop=True).loc[points["network"], [*KEY, "learned", "phi"]]
        points = points.join(own.reset_index(drop=True))
        tables.append((_averaged(networks.reset_index(drop=True), points), points))
    networks, points = (pd.concat(part, ignore_index=True) for part in zip(*tables, strict=True))
    return NETWORKS.table(networks), POINTS.table(points)


def _groups(
    training: pd.DataFrame, weights: Arrays, at_once: int, device: str
) -> Iterator[tuple[pd.DataFrame, DenseGroup]]:
    """Yield networks that were trained together at one step, some at a time."""
    for (fused, at), rows in training.groupby(["fused", "step"], sort=False):
        first = rows.iloc[0]
        shape = DenseShape(*(first[name] for name in ("d", "depth", "hidden", "activation")))
        names = [f"{kind}{i}" for i in range(shape.depth + 1) for kind in "Wb"]
        for part in chunks(len(rows), at_once):
            places = rows["place"].to_numpy()[part]
            arrays = {name: weights[f"{fused}-{at}-{name}"][places] for name in names}
            yield rows[part], dense_group(shape, arrays, device)


def _tested(
    group: DenseGroup, rows: pd.DataFrame, A: NDArray[np.float64], count: int
) -> dict[str, list[float]]:
    """Return each network's accuracy, loss and mean loss gradient on points to test."""
    columns: dict[str, list[float]] = {"accuracy": [], "loss": [], "mean_gradient": []}
    keys: list[Any] = rows[["d", "points", "seed"]].to_dict("records")
    for i, key in enumerate(keys):
        z = coordinates_to_test(count, key["d"], key["points"], key["seed"])
        x = torch.tensor(z @ A[i].T, dtype=torch.float32, device=group.weights[0].device)
        logits = group.module(i)(x.requires_grad_())
        gap = logits[:, 0] - logits[:, 1]
        (gradient,) = torch.autograd.grad(gap.sum(), x)
        margin = torch.tensor(z[:, -1], device=x.device) * gap.detach().double()
        # Of L = log(1 + exp(−s g)), ∂L = −s σ(−s g) ∇g.
        lengths = torch.sigmoid(-margin) * gradient.double().norm(dim=1)
        columns["accuracy"].append(float((margin > 0).double().mean()))
        columns["loss"].append(float(torch.nn.functional.softplus(-margin).mean()))
        columns["mean_gradient"].append(float(lengths.mean()))
    return columns


def _probes(rows: pd.DataFrame, A: NDArray[np.float64], count: int, device: str) -> _Probes:
    keys: list[Any] = rows[["points", "seed"]].to_dict("records")
    draws = [(key["points"], generator(key["seed"], Stream.PROBED_POINTS)) for key in keys]
    z = np.stack([draw_coordinates(count, A.shape[1], *draw) for draw in draws])
    flipped = z * np.where(np.arange(A.shape[1]) == A.shape[1] - 1, -1.0, 1.0)
    first, second = (
        torch.tensor(one @ A.transpose(0, 2, 1), dtype=torch.float32, device=device)
        for one in (z, flipped)
    )
    return _Probes(z, first, second)


def _probed(
    group: DenseGroup, probes: _Probes, gammas: int, ddn_steps: int, effort: Effort
) -> pd.DataFrame:
    """Return what is found at the correctly classified points of each network."""
    sign = torch.tensor(probes.z[..., -1], device=probes.x1.device)
    with torch.no_grad():
        correct = sign * group.gap(probes.x1) > 0
    network, point = (index.cpu() for index in torch.nonzero(correct, as_tuple=True))
    found = pd.DataFrame({"network": network.numpy(), "point": point.numpy()})
    if found.empty:
        return found.assign(**dict.fromkeys(EXPLAINING, pd.Series(dtype="float64")))
    model, kept = TaggedRows(group), correct.flatten()
    x1, x2 = (tag_rows(one)[kept] for one in (probes.x1, probes.x2))
    source = (sign.flatten()[kept] < 0).long()
    path = path_compression(
        *(model, x1, x2, source, 1 - source),
        points=gammas,
        tolerance=_ANY_ERROR,
        max_gradients=2 * gammas - 1,
    )
    lengths = _lengths(model, x1, source, ddn_steps)
    gap, steepness = path.gap[:, 0].double(), path.grad_norm[:, 0].double()
    columns = {
        "cos_theta": path.cos[:, 0].abs(),
        "rho": path.cos.abs().mean(dim=1),
        **vars(factors(path, x1, x2, lengths["norm"])),
        "gap": gap,
        "gap_gradient": steepness,
        "loss_gradient": torch.sigmoid(-gap) * steepness,
        **{name: one.where(one.isfinite(), torch.nan) for name, one in lengths.items()},
        "certified": _certified(group, x1, source, lengths["norm"], effort),
    }
    values = {name: value.double().cpu().numpy() for name, value in columns.items()}
    for name in ("cos_theta", "rho"):  # of unit vectors in float32
        values[name] = values[name].clip(max=1.0)
    return found.assign(**values)


def _lengths(model: TaggedRows, x: Tensor, source: Tensor, ddn_steps: int) -> dict[str, Tensor]:
    """Return the lengths that each attack finds, and the least of them; infinite where none."""
    attacks = {
        # Its further restarts would push points aside from their network's number, too.
        "projection": minimal_perturbation(model, x, source, effort="quick"),
        "ddn": ddn(model, x, source, 1 - source, steps=ddn_steps),
        "fast_gradient": fast_l2(model, x, source, 1 - source),
    }
    lengths = {name: one.norm.where(one.success, torch.inf) for name, one in attacks.items()}
    return {"norm": torch.stack(list(lengths.values())).amin(dim=0), **lengths}


def _certified(
    group: DenseGroup, tagged: Tensor, source: Tensor, upper: Tensor, effort: Effort
) -> Tensor:
    """Return what is proved of each point; NaN of networks about which nothing can be."""
    radius = torch.full_like(upper, torch.nan)
    if group.shape.activation not in _CERTIFIED:
        return radius
    number = tagged[:, -1].long()
    for i in torch.unique(number).tolist():
        own = torch.nonzero((number == i) & upper.isfinite())[:, 0]
        if len(own):
            radius[own] = certified_perturbation(
                group.module(i), tagged[own, :-1], source[own], upper=upper[own], effort=effort
            ).radius
    return radius


def _half_distances(
    rows: pd.DataFrame, A: NDArray[np.float64], probes: _Probes
) -> NDArray[np.float64]:
    """Return what the optimal classifier tolerates at each probe; NaN off the corners."""
    half = np.full(probes.z.shape[:2], np.nan)
    for i in np.flatnonzero(rows["points"].to_numpy() == "corners"):
        half[i] = closest_points(A[i], probes.z[i]).half_distance
    return half


def _averaged(networks: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Return networks with means over those of their points that have all factors."""
    names = ["cos_theta", "rho"]
    # Else the means of factors would be over other points than that of their product.
    points = points.dropna(subset=[*FACTORS, "ratio"])
    sizes = points[list(_GEOMETRIC)].abs()
    directions: pd.Series[float] = np.log(points["cos_theta"].where(points["cos_theta"] > 0))
    values = pd.DataFrame(np.log(sizes.where(sizes > 0))).assign(
        **points[names],
        cos_theta_geometric=directions,
        network=points["network"],
        **{f"proved_{name}": points["certified"] / points[name] for name in ("norm", *ATTACKS)},
    )
    grouped = values.groupby("network")
    means = grouped.mean()
    geometric = [*_GEOMETRIC, "cos_theta_geometric"]
    means[geometric] = np.exp(means[geometric])
    means["cos_theta_geometric"] = means["cos_theta_geometric"].clip(upper=1.0)
    probed = grouped.size().reindex(networks.index, fill_value=0)
    below = (points[list(FACTORS)] < 0).any(axis=1).groupby(points["network"]).sum()
    negative = below.reindex(networks.index, fill_value=0)
    return networks.assign(probed=probed, negative=negative).join(means.reindex(networks.index))


def product_of_factors(rows: pd.DataFrame) -> Sequence[float]:
    """Return the product of the four factors, which is ``ratio`` up to rounding."""
    product: pd.Series = rows[list(FACTORS)].prod(axis=1, skipna=False)
    return product.tolist()
