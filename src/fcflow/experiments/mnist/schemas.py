"""The tables of the MNIST experiment: one row for each image, epoch, seven, point of a path, path and attack.

A pair is a test image x1 of a seven and the same image with pixels blocked, x2, which the network
takes for a one. All lengths are L2 norms of differences of images whose pixels lie in [0, 1].
"""

from typing import Any, Literal

import pandas as pd

from fcflow.artifacts.schema import TableSchema, declare, flag, integer, real, text

SOURCE, TARGET = 7, 1

_NETWORK = {"network": integer(0)}
_PAIR = _NETWORK | {"image": integer(0)}
_PATH = {
    "gap_x1": real(),
    "gap_x2": real(),
    "integral": real(),
    "quadrature_error": real(),
    "relative_error": real(0),
    "converged": flag(),
    "n_gradients": integer(1),
    "gradient_norm": real(0),
    "cos_theta": real(-1, 1, nullable=True),
    "mean_cos": real(-1, 1, nullable=True),
    "mean_abs_cos": real(0, 1, nullable=True),
    "predicted_length": real(nullable=True),
    "flip_length": real(nullable=True),
}

IMAGES = declare(
    "mnist images",
    "prepare_mnist",
    {"image": integer(0), "label": integer(0, 9), "part": text(), "sha256": text()},
)
TRAINING = declare(
    "mnist training",
    "train_mnist",
    _NETWORK
    | {
        "seed": integer(0),
        "epoch": integer(1),
        "learning_rate": real(0),
        "train_loss": real(0),
        "train_accuracy": real(0, 1),
        "test_loss": real(0),
        "test_accuracy": real(0, 1),
        "train_images": integer(1),
        "test_images": integer(1),
        "at_chance": flag(),
    },
)
MASKS = declare(
    "mnist masks",
    "block_mnist",
    _PAIR
    | {
        "predicted": integer(0, 9),
        "masks": integer(0),  # different ones that there are
        "tried": integer(0),
        "found": flag(),
        "top": integer(0),
        "left": integer(0),
        "rows": integer(0),
        "columns": integer(0),
        "blocked": integer(0),
        "distance": real(0, nullable=True),
    },
)
CURVES = declare(
    "mnist curves",
    "probe_mnist",
    _PAIR
    | {
        "gamma": real(0, 1),
        "cos_theta": real(-1, 1, nullable=True),
        "gradient_norm": real(0),
        "gap": real(),
    },
)
PATHS = declare("mnist paths", "probe_mnist", _PAIR | _PATH)
ATTACKS = declare(
    "mnist attacks",
    "attack_mnist",
    _PAIR
    | {
        "attack": text(),
        "criterion": text(),
        "boxed": flag(),
        "norm": real(0, nullable=True),
        "success": flag(),
        "gap": real(),
        "predicted": integer(0, 9),
        "pair_flipped": flag(),
        "argmax_changed": flag(),
        "target_reached": flag(),
        "n_forward": integer(0),
        "n_backward": integer(0),
    },
)

# An attack, what it has to reach (the pair's gap, any other answer, the answer "1"), and whether
# pixels stay in [0, 1].
ATTACKED: tuple[tuple[str, Literal["pair", "argmax", "target"], bool], ...] = (
    ("fast_l2", "pair", False),
    ("fast_sign", "pair", False),
    ("descent", "pair", False),
    ("minimal", "pair", False),
    ("ddn", "pair", False),
    ("minimal", "argmax", False),
    ("fast_l2", "pair", True),
    ("fast_sign", "pair", True),
    ("fast_sign", "target", True),
    ("descent", "pair", True),
    ("minimal", "pair", True),
    ("ddn", "pair", True),
)
# Over the attacks on the pair's gap, the shortest perturbation that was found.
LEAST = ("least", "least_boxed")


def norm_name(attack: str, criterion: str, boxed: bool) -> str:
    """Return the column in which one kind of attack's norms stand.

    Examples
    --------
    >>> norm_name("ddn", "pair", True)
    'norm_ddn_pair_boxed'
    """
    return f"norm_{attack}_{criterion}{'_boxed' if boxed else ''}"


NORMS = [norm_name(*kind) for kind in ATTACKED]
EXPERIMENTS = declare(
    "mnist experiments",
    "aggregate_mnist",
    _PAIR
    | {
        "place": integer(0),
        "distance": real(0),
        "half_distance": real(0),
    }  # place: in Tables 5 and 6, from 1; else 0
    | _PATH
    | dict.fromkeys([*NORMS, *LEAST], real(0, nullable=True)),
)
NETWORKS = declare(
    "mnist networks",
    "aggregate_mnist",
    _NETWORK
    | {
        "seed": integer(0),
        "train_loss": real(0),
        "train_accuracy": real(0, 1),
        "test_loss": real(0),
        "test_accuracy": real(0, 1),
        "test_images": integer(1),
        "at_chance": flag(),
        "sevens": integer(0),
        "correct_sevens": integer(0),
        "pairs": integer(0),
    },
)

PIXELS = ("pixels",)  # uint8 [images, 28, 28]
PAIRS = ("image", "x1", "x2")  # int64 [pairs], uint8 [pairs, 28, 28] twice
PERTURBATIONS = ("delta", "image")  # float32 [n, 28, 28], the shortest in the box; int64 [n]


def as_table(rows: list[dict[str, Any]] | pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return rows, of which there may be none, with the columns and dtypes that a schema declares."""
    dtypes = {name: column.dtype.type for name, column in schema.frame.columns.items()}
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)
