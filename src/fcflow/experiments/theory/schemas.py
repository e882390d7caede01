"""The tables of the theory: one row a draw, with the seed from which it can be drawn again."""

from fcflow.artifacts.schema import declare, flag, integer, real, text

_DRAW = {"d": integer(2), "draw": integer(0), "seed": integer(0), "redraws": integer(0)}

THEOREM1 = declare(
    "theorem 1",
    "simulate_theorem1",
    _DRAW
    | {
        "norm": real(0),
        "pair_norm": real(0),
        "r_before": real(0),
        "r_off": real(),
        "r_last": real(0),
        "nearest_distance": real(0),
        "flipped": flag(),
        "targeted": flag(),
        "flip_error": real(0),
        "allowed_error": real(0),
    },
)
LEMMA2 = declare(
    "lemma 2",
    "evaluate_lemma2",
    {
        "d": integer(1),
        "alpha": real(0, 1),
        "log_tail": real(),
        "log_bound": real(),
        "exponent": real(),
    },
)
LEMMA3 = declare(
    "lemma 3",
    "simulate_lemma3",
    {
        "widths": text(),
        "wrong_degrees": integer(0),
        "quantity": text(),
        "draws": integer(1),
        "statistic": real(0, 1),
        "p_value": real(0, 1),
        "adjusted_p_value": real(0, 1),
        "rejected": flag(),
    },
)
THEOREM4 = declare(
    "theorem 4",
    "simulate_theorem4",
    _DRAW
    | {
        "layers": integer(1),
        "widening": real(1),
        "whole": flag(),  # whole networks, or the last block of R from its law
        "norm": real(0),
        "nearest_distance": real(0, nullable=True),
        "flipped": flag(),
        "flip_error": real(0, nullable=True),
    },
)
THEOREM5 = declare(
    "theorem 5",
    "simulate_theorem5",
    _DRAW
    | {
        "norm": real(0),
        "bound": real(0),
        "projection_norm": real(0),
        "input_norm": real(0),
        "outside_span": real(0),
        "gap": real(0),
        "gap_after": real(),
        "flipped": flag(),
    },
)
THEOREM6 = declare(
    "theorem 6",
    "simulate_theorem6",
    _DRAW
    | {
        "column_scale": real(0),
        "boundary_norm": real(0),
        "points": integer(1),
        "flipped": integer(0),
        "flip_error": real(0),
        "feature_norm": real(0),
        "class_distance": real(0, nullable=True),
        "decoded": flag(),
        "nodes": integer(0),
    },
)
THEOREM7 = declare(
    "theorem 7",
    "simulate_theorem7",
    _DRAW | {"projected_energy": real(0), "energy": real(0), "ratio": real(0, 1)},
)
FIRST_ORDER = declare(
    "first order",
    "check_first_order",
    {
        "study": text(),
        "run": integer(0),
        "depth": integer(1),
        "valid": flag(),
        "alpha": real(0, 1),
        "epsilon": real(0),
        "residual": real(0),
        "size_ratio": real(0),
    },
)
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
EXAMPLE = declare("figure 1 example", "train_example", {"quantity": text(), "value": real()})
EXAMPLE_ARRAYS = ("A", "W", "b")
