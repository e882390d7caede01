"""The four factors of the least perturbations of Table 2's networks, in closed form."""

import numpy as np
import pandas as pd

from fcflow.experiments.hypercube.columns import key_of
from fcflow.experiments.images.factors.pairs import logarithms


def linear_factors(points: pd.DataFrame, experiments: pd.DataFrame) -> pd.DataFrame:
    """Return the factors of every correctly classified point, and their logarithms.

    The path leads from x to x ∓ 2a, where the label alone differs. A linear gap has one gradient w,
    so that its length is even on the path and the boundary does not bend: both factors are 1.
    Compression is cos θ1 = cos∠(w, a), and the boundary's place is the gap at x over half of the
    gap's change along the path, |w · a|.

    Parameters
    ----------
    points : DataFrame
        As :data:`~fcflow.experiments.linear.columns.POINTS`.
    experiments : DataFrame
        As :data:`~fcflow.experiments.linear.columns.EXPERIMENTS`: cos θ1 of each network.

    Returns
    -------
    DataFrame
        A row a point, with ``ratio`` = ‖e‖/‖a‖, ``image1``, the network's number, and the columns
        of :func:`~fcflow.experiments.images.factors.pairs.logarithms`. NaN where the network does
        not see the feature.
    """
    key = key_of(points)
    networks = experiments[[*key, "cos_theta1"]].assign(image1=np.arange(len(experiments)))
    right = points[points["correct"]].merge(networks, on=key, validate="many_to_one")
    seen = right["cos_theta1"].where(right["cos_theta1"] != 0)
    rows = right.rename(columns={"minimal_ratio": "ratio"}).assign(
        weighted_cosine=seen,
        evenness=1.0,
        boundary_place=right["minimal_ratio"] / seen,
        curvature=1.0,
    )
    return pd.concat([rows, logarithms(rows)], axis=1)
