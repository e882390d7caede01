"""The exponent of d that an average over runs follows."""

import pandas as pd

from fcflow.stats import Estimate, power_law_slope


def exponent_of_d(runs: pd.DataFrame, quantity: str, *, resamples: int, level: float) -> Estimate:
    """Return the exponent of d that the average of a column follows; missing values are left out.

    Examples
    --------
    >>> runs = pd.DataFrame({"d": [1, 4], "phi": [1.0, 0.5]})
    >>> exponent_of_d(runs, "phi", resamples=10, level=0.9).value
    -0.5
    """
    groups = {
        float(d): runs.loc[runs["d"] == d, quantity].dropna().to_numpy()
        for d in sorted(set(runs["d"]))
    }
    return power_law_slope(groups, resamples=resamples, level=level)
