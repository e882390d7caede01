"""The abstract's claims."""

import pandas as pd

from fcflow.paper.claims.claim import Claims, Finding
from fcflow.paper.claims.images import decided_length

CLAIMS = Claims()


@CLAIMS.add(
    "abstract-imagenet",
    "Abstract",
    "The theory matches networks for ImageNet images.",
    statistic="average of ||D̃|/‖e‖ − 1|, shortest ‖e‖ of all attacks",
    rule=(
        "reproduced if the interval ends below 0.15, with deviation if the estimate is below 0.3,"
        " as for linear networks"
    ),
    artifacts=("table8_averages", "table8", "imagenet_images"),
)
def _imagenet_matches(
    averages: pd.DataFrame, table8: pd.DataFrame, images: pd.DataFrame
) -> Finding:
    return decided_length(averages, table8, images, "least", 0.15, 0.3)
