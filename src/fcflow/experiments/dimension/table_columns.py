"""The columns of the tables of the dimension laws."""

from fcflow.artifacts.schema import declare, integer, text
from fcflow.paper.estimates import INTERVAL

# ``runs``: ``trained``, or ``all``; of the papers' protocol, ``valid`` or ``all``.
LAWS = declare(
    "dimension laws",
    "make_table",
    {"study": text(), "d": integer(1), "runs": text(), "quantity": text(), **INTERVAL},
)
EXPONENTS = declare(
    "dimension exponents",
    "make_table",
    {"study": text(), "quantity": text(), **INTERVAL, "d_min": integer(0), "d_max": integer(0)},
)
