"""The four factors of Table 4's points, and their logarithms."""

import pandas as pd

from fcflow.experiments.images.factors.pairs import logarithms


def flipped_points(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points that were flipped, with their factors' logarithms, networks as clusters."""
    flipped = points[points["success"]].rename(columns={"minimal_ratio": "ratio"})
    return pd.concat([flipped, logarithms(flipped)], axis=1).assign(image1=flipped["run"])
