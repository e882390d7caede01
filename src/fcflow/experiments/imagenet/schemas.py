"""The tables of the ImageNet experiment: one row for each image, pair, point of a path, path and attack.

A pair is an image x1 of the class ``source`` and an image x2 of the class ``target``. All lengths
are L2 norms of differences of images whose pixels lie in [0, 1].
"""

from fcflow.artifacts.schema import declare, flag, integer, real, text

_PAIR = {"pair": integer(0)}
_PAIRS = _PAIR | {
    "image1": integer(0),
    "image2": integer(0),
    "name1": text(),
    "name2": text(),
    "source": integer(0),
    "target": integer(0),
    "class1": text(),
    "class2": text(),
    "distance": real(0),
    "half_distance": real(0),
    "closest": flag(),
    "place": integer(
        0
    ),  # in Tables 7 and 8 and Figures 4 to 6, from 1; 0 where the pair is in none of them
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

IMAGES = declare(
    "imagenet images",
    "prepare_imagenet",
    {
        "image": integer(0),
        "name": text(),
        "sha256": text(),
        "label": integer(0),
        "synset": text(),
        "description": text(),
        "predicted": integer(0),
        "predicted_description": text(),
        "correct": flag(),
        "probability": real(0, 1),
        "classes": integer(2),
    },
)
PAIRS = declare("imagenet pairs", "prepare_imagenet", _PAIRS)
CURVES = declare(
    "imagenet curves",
    "probe_imagenet",
    _PAIR
    | {
        "gamma": real(0, 1),
        "cos_theta": real(-1, 1, nullable=True),
        "gradient_norm": real(0),
        "gap": real(),
    },
)
PATHS = declare("imagenet paths", "probe_imagenet", _PAIR | _PATH)
ATTACKS = declare(
    "imagenet attacks",
    "attack_imagenet",
    _PAIR
    | {
        "attack": text(),
        "criterion": text(),
        "norm": real(0, nullable=True),
        "max_norm": real(0, nullable=True),
        "ratio": real(0, nullable=True),
        "success": flag(),
        "pair_flipped": flag(),
        "argmax_changed": flag(),
        "target_reached": flag(),
        "predicted": integer(0),
        "predicted_description": text(),
        "n_forward": integer(0),
        "n_backward": integer(0),
    },
)

# An attack and what it has to reach: the pair's gap, any other answer, or the target as the answer.
ATTACKED = (("iterated", "target"), ("ddn", "pair"), ("minimal", "pair"), ("minimal", "argmax"))
NORMS = [f"norm_{attack}_{criterion}" for attack, criterion in ATTACKED]

EXPERIMENTS = declare(
    "imagenet experiments",
    "aggregate_imagenet",
    _PAIRS | _PATH | dict.fromkeys([*NORMS, "least_pair", "least_argmax"], real(0, nullable=True)),
)

PIXELS = ("pixels",)  # uint8 [images, 3, size, size], in 255ths
PERTURBATIONS = ("delta", "pair")  # float32 [pairs shown, 3, size, size] and their numbers
