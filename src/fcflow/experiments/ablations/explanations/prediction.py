"""Least perturbations of networks predicted from those of other kinds, on other matrices."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fcflow.clusters import clustered_estimate
from fcflow.experiments.ablations.cells import trained
from fcflow.experiments.ablations.columns import FACTORS
from fcflow.experiments.ablations.naming import SWEPT
from fcflow.monotone import explained_share, linear_fit
from fcflow.shares import lmg_shares
from fcflow.stats import Estimate

Array = NDArray[np.float64]
# What predicts a network's mean log ‖e‖, as means of logarithms over the same points: what the data
# alone say; [FC]'s; the length of the gradient of the gap; the boundary's distance if the gap were
# linear; how the gradient's length changes along the path, as curvature that can be measured
# without ‖e‖; and [FO]'s, at the points and on average.
EXPLANATIONS = {
    "theory": ["log_theory"],
    "compression": ["log_compressed"],
    "gradient length": ["log_gradient"],
    "gap over gradient": ["log_linear"],
    "curvature on the path": ["log_evenness"],
    "loss gradient": ["log_loss_gradient"],
    "mean loss gradient": ["log_mean_gradient"],
    "compression and place": ["log_compressed", "log_place"],
}
_MOST_RESAMPLES = 2000


def explained_networks(networks: pd.DataFrame) -> pd.DataFrame:
    """Return the networks that have learned, of all studies, with logarithms that explain ‖e‖.

    Returns
    -------
    DataFrame
        With ``cell``, the kind: what a network has in common with those that differ in their study
        and seeds alone; and ``matrix``, which networks of a study share. Without those that lack a
        factor.
    """
    own = trained(networks)
    own = own[own["learned"]]
    positive = [
        "cos_theta_geometric",
        "gap",
        "gap_gradient",
        "loss_gradient",
        "mean_gradient",
        "norm",
    ]
    positive += [*FACTORS, "ratio"]
    own = own[(own[positive] > 0).all(axis=1)]
    logs = np.log(own[[*positive, "phi", "feature_norm"]])
    keys = [*SWEPT, "strength"]
    return own.assign(
        log_norm=logs["norm"],
        log_ratio=logs["ratio"],
        log_theory=logs["phi"] + logs["feature_norm"],
        log_compressed=logs["cos_theta_geometric"] + logs["feature_norm"],
        log_gradient=logs["gap_gradient"],
        log_linear=logs["gap"] - logs["gap_gradient"],
        log_evenness=logs["evenness"],
        log_place=logs["boundary_place"],
        log_loss_gradient=logs["loss_gradient"],
        log_mean_gradient=logs["mean_gradient"],
        **{f"log_{name}": logs[name] for name in FACTORS if name != "evenness"},
        cell=["/".join(map(str, row)) for row in own[keys].itertuples(index=False)],
        matrix=["/".join(map(str, row)) for row in own[["study", "d", "run"]].to_numpy()],
    )


def held_out(
    x: Array, y: Array, groups: NDArray[np.object_], matrices: NDArray[np.object_]
) -> Array:
    """Return y of each group as predicted by linear fits to all others on other matrices.

    Networks of another kind, but on the same matrix, would tell what is to be predicted.

    Parameters
    ----------
    x : float64 [n, k]
    y : float64 [n]
    groups, matrices : [n]

    Returns
    -------
    float64 [n]
        NaN where there is nothing to fit.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> held_out(x, 2 * x[:, 0], np.array(["a", "b", "c"]), np.array([0, 1, 2])).round(6)
    array([0., 2., 4.])
    """
    predicted = np.full_like(y, np.nan)
    kinds, places = groups.astype(str), matrices.astype(str)
    for kind in np.unique(kinds):
        own = kinds == kind
        for place in np.unique(places[own]):
            fitted = ~own & (places != place)
            if fitted.any():
                out = own & (places == place)
                predicted[out] = linear_fit(x[fitted], y[fitted])(x[out])
    return predicted


def predicted_share(
    own: pd.DataFrame, columns: list[str], *, resamples: int, level: float
) -> Estimate:
    """Return the share of the variance of log ‖e‖ that is predicted on cells held out.

    A cell is predicted from all others on other matrices. The interval is from resampling matrices,
    whose networks go together, with the predictions as they are.
    """
    return _over_matrices(own, [columns], lambda shares: shares[0], resamples, level)


def share_ahead(
    own: pd.DataFrame, columns: list[str], others: list[str], *, resamples: int, level: float
) -> Estimate:
    """Return by how much more of the variance some columns predict than others do.

    Both shares are over the very same networks, in every resample too: where both miss the same
    networks, their difference is known better than either.
    """
    return _over_matrices(
        own, [columns, others], lambda shares: shares[0] - shares[1], resamples, level
    )


def _over_matrices(
    own: pd.DataFrame,
    explanations: list[list[str]],
    statistic: Callable[[list[float]], float],
    resamples: int,
    level: float,
) -> Estimate:
    """Return a statistic of the shares that explanations predict on cells held out."""
    y = own["log_norm"].to_numpy(dtype=np.float64)
    kinds, matrices = own["cell"].to_numpy(), own["matrix"].to_numpy()
    guesses = [
        held_out(own[columns].to_numpy(dtype=np.float64), y, kinds, matrices)
        for columns in explanations
    ]
    if not np.isfinite(guesses).all():
        return Estimate(np.nan, np.nan, np.nan, 0)
    return clustered_estimate(
        lambda places: statistic([explained_share(y[places], one[places]) for one in guesses]),
        matrices,
        resamples=min(resamples, _MOST_RESAMPLES),
        level=level,
    )


def factor_shares(own: pd.DataFrame, *, resamples: int, level: float) -> dict[str, Estimate]:
    """Return each factor's share of the variance of log(‖e‖/half) between networks (LMG)."""
    names = ["weighted_cosine", *(name for name in FACTORS if name != "weighted_cosine")]
    terms = own[[f"log_{name}" for name in names]].to_numpy(dtype=np.float64)
    return {
        name: clustered_estimate(
            lambda places, k=k: float(lmg_shares(terms[places])[k]),  # type: ignore[misc]
            own["matrix"].to_numpy(),
            resamples=min(resamples, _MOST_RESAMPLES // 10),
            level=level,
        )
        for k, name in enumerate(names)
    }
