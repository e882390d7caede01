"""The columns of the linear experiment's tables."""

from fcflow.artifacts.schema import declare, flag, integer, real, text
from fcflow.paper.estimates import INTERVAL

TABLE1 = declare(
    "table 1",
    "make_table",
    {
        "experiment": integer(1),
        "run": real(0, nullable=True),
        "cos_theta1": real(-1, 1, nullable=True),
        "cos_theta2": real(-1, 1, nullable=True),
        "phi": real(0, 1, nullable=True),
        "minimal_ratio_mean": real(0, nullable=True),
        "minimal_ratio_min": real(0, nullable=True),
        "published_cos_theta1": real(-1, 1, nullable=True),
        "published_cos_theta2": real(-1, 1, nullable=True),
        "published_phi": real(0, 1, nullable=True),
    },
)
TABLE2 = declare(
    "table 2",
    "make_table",
    {"runs": text(), "quantity": text(), **INTERVAL, "published": real(nullable=True)},
)
BATCH_SIZES = declare(
    "batch sizes", "make_table", {"batch_size": integer(1), "quantity": text(), **INTERVAL}
)
DIMENSIONS = declare(
    "figure 2",
    "make_table",
    {
        "study": text(),
        "d": integer(1),
        "enumerated": flag(),
        "runs": text(),
        "quantity": text(),
        **INTERVAL,
        "expected_phi": real(0, 1),
    },
)
SLOPES = declare(
    "figure 2 slopes",
    "make_table",
    {
        "study": text(),
        "runs": text(),
        "quantity": text(),
        **INTERVAL,
        "d_min": integer(1),
        "d_max": integer(1),
    },
)
