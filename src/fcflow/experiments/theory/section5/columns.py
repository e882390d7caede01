"""The columns of the linear networks' paths, and of the identity's table."""

from fcflow.artifacts.schema import declare, flag, integer, real, text

LINEAR_PATHS = declare(
    "linear paths",
    "check_linear_paths",
    {
        "study": text(),
        "d": integer(1),
        "run": integer(0),
        "seed": integer(0),
        "hidden": integer(1),
        "batch_size": integer(1),
        "gap_x1": real(),
        "gap_x2": real(),
        "integral": real(),
        "quadrature_error": real(),
        "converged": flag(),
        "largest_output": real(0),
    },
)
IDENTITY = declare(
    "identity",
    "make_table",
    {
        "experiment": text(),
        "study": text(),
        "paths": integer(1),
        "converged": integer(0),
        "median_change": real(0),
        "median_relative_error": real(0),
        "largest_relative_error": real(0),
    },
)
