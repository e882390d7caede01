"""The columns of the ReLU experiment's tables."""

import pandas as pd

from fcflow.artifacts.schema import declare, integer, real, text
from fcflow.paper.estimates import INTERVAL

TABLE3 = declare(
    "table 3",
    "make_table",
    {
        "alpha": real(0, 1),
        "rho_mean": real(0, 1, nullable=True),
        "rho_low": real(nullable=True),
        "rho_high": real(nullable=True),
        "rho_median": real(0, 1, nullable=True),
        "rho2_mean": real(0, 1, nullable=True),
        "n": integer(0),
        "published_mean": real(0, 1, nullable=True),
        "published_median": real(0, 1, nullable=True),
    },
)
TABLE4 = declare(
    "table 4",
    "make_table",
    {
        "run": integer(0),
        "points": integer(0),
        "feature_norm": real(0),
        "abs_cos_theta": real(0, 1, nullable=True),
        "certified_ratio": real(0, nullable=True),
        "minimal_ratio": real(0, nullable=True),
        "minimal_norm": real(0, nullable=True),
        "found": integer(0),
    },
)
TABLE4_AVERAGES = declare("table 4 averages", "make_table", {"quantity": text(), **INTERVAL})
EXTENSIONS = declare(
    "relu extensions",
    "make_table",
    {
        "study": text(),
        "d": integer(1),
        "depth": integer(1),
        "hidden": integer(1),
        "column_scale": real(0),
        "quantity": text(),
        **INTERVAL,
        "expected_phi": real(0, 1),
    },
)
SLOPES = declare("relu slopes", "make_table", {"depth": integer(1), **INTERVAL})


def sweeps_dimension(studies: "pd.Series[str]") -> "pd.Series[bool]":
    """Return which of these studies' names are ``dimension`` or start with ``dimension_``."""
    return studies.str.fullmatch("dimension(_.*)?")
