"""The tables of an experiment on images: one row for each image, pair, point of a path and attack.

A pair is an image x1 of the class ``source`` and an image x2 of the class ``target``; a network
classifies both correctly. Pairs are told apart by network and pair. All lengths are L2 norms of
differences of images whose pixels lie in [0, 1].
"""

from fcflow.artifacts.schema import ArraysSchema, declare, flag, integer, real, text

_NETWORK = {"experiment": text(), "network": integer(0)}
_PAIR = _NETWORK | {"pair": integer(0)}
KEY = list(_PAIR)
_PAIRS = _PAIR | {
    "image1": integer(0),
    "image2": integer(-1),  # -1 where x2 is none of the images
    "name1": text(),
    "name2": text(),
    "source": integer(0),
    "target": integer(0),
    "class1": text(),
    "class2": text(),
    "distance": real(0),
    "half_distance": real(0),
    "place": integer(0),  # in the paper's tables and figures, from 1; 0 in none of them
}
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
# The shortest perturbation that any attack found: with x2's class over x1's; the same with pixels
# in [0, 1]; with any other answer.
LEAST = ("least", "least_boxed", "least_argmax")

IMAGES = declare(
    "images",
    "prepare_<experiment>",
    {
        "image": integer(0),
        "name": text(),
        "label": integer(0),
        "part": text(),  # train or test; pairs are made of test images
        "sha256": text(),
    },
)
CLASSES = declare(
    "image classes",
    "prepare_<experiment>",
    {"label": integer(0), "name": text(), "description": text(), "synset": text()},
)
ANSWERS = declare(
    "answers",
    "pair_images",
    _NETWORK
    | {
        "image": integer(0),
        "name": text(),
        "label": integer(0),
        "predicted": integer(0),
        "predicted_name": text(),
        "correct": flag(),
        "probability": real(0, 1, nullable=True),  # of the image's own class
    },
)
NETWORKS = declare(
    "image networks",
    "pair_images",
    _NETWORK
    | {
        "weights_sha256": text(),
        "batch": integer(1),  # gradients evaluated at once
        "classes": integer(2),
        "images": integer(1),
        "correct": integer(0),
        "test_accuracy": real(0, 1),
        "at_chance": flag(),
        "candidates": integer(0),  # images that a pair could begin with
        "correct_candidates": integer(0),
        "pairs": integer(0),
    },
)
# Columns of the pair maker's own follow, and columns of measures in PATHS and EXPERIMENTS.
PAIRS = declare("image pairs", "pair_images", _PAIRS, extensible=True)
CURVES = declare(
    "image curves",
    "probe_images",
    _PAIR
    | {
        "gamma": real(0, 1),
        "cos_theta": real(-1, 1, nullable=True),
        "gradient_norm": real(0),
        "gap": real(),
    },
)
PATHS = declare("image paths", "probe_images", _PAIR | _PATH, extensible=True)
ATTACKS = declare(
    "image attacks",
    "attack_images",
    _PAIR
    | {
        "attack": text(),
        "criterion": text(),
        "box": flag(),
        "norm": real(0, nullable=True),
        "max_norm": real(0, nullable=True),
        "ratio": real(0, nullable=True),  # norm / half_distance
        "success": flag(),
        "reason": text(),  # why there is no perturbation; empty where there is one
        "gap": real(),
        "predicted": integer(0),
        "predicted_name": text(),
        "pair_flipped": flag(),
        "argmax_changed": flag(),
        "target_reached": flag(),
        "n_forward": integer(0),
        "n_backward": integer(0),
    },
)
EXPERIMENTS = declare(
    "image experiments",
    "aggregate_images",
    _PAIRS | _PATH | dict.fromkeys(LEAST, real(0, nullable=True)),
    extensible=True,
)

PIXELS = ArraysSchema("prepare_<experiment>", ("pixels",))  # uint8 [images, c, h, w]
WEIGHTS = ArraysSchema("train_mnist")
ENDS = ArraysSchema("pair_images", ("x1", "x2"))  # uint8 [pairs, c, h, w], in the pairs' order
# float32 [n, c, h, w]: the shortest of the pairs shown that keep pixels in [0, 1]; int64 [n].
PERTURBATIONS = ArraysSchema("attack_images", ("delta", "pair"))
# Of the pairs shown that were flipped or not, in the order of their places; delta is zero where
# ``least_boxed`` is missing.
SHOWN = ArraysSchema("aggregate_images", ("delta", "x1", "x2"))
