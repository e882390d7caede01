"""What studies, and what they sweep over, are called where a reader sees them."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from fcflow.paper.phrases import listing

_STUDIES = {
    "entries": "distribution of A's entries",
    "points": "points off the hypercube's corners",
    "training": "training, step by step",
    "depth": "depth",
    "width": "width",
    "width_3000": "the papers' width",
    "activation": "activation",
    "robust": "training that makes robust",
}
# What rows of a study differ in, as they are named; the order is that in names of cells.
VALUES: Mapping[str, Mapping[str, str]] = {
    "activation": {
        "relu": "ReLU",
        "leaky_relu": "leaky ReLU",
        "gelu": "GELU",
        "tanh": "tanh",
        "linear": "linear",
    },
    "entries": {
        "gaussian": "Gaussian entries",
        "student_t3": "Student t entries",
        "laplace": "Laplace entries",
        "uniform": "uniform entries",
        "sign": "±1 entries",
        "sparse": "sparse entries",
    },
    "points": {
        "corners": "corners",
        "mixture": "mixture about corners",
        "uniform": "uniform points",
        "gaussian": "Gaussian points",
    },
    "method": {
        "plain": "plain",
        "weight_decay": "weight decay",
        "penalty": "penalty",
        "augmentation": "augmentation",
        "adversarial": "adversarial",
    },
    "optimiser": {"adam": "Adam", "sgd": "gradient descent"},
}
_NUMBERS = {"d": "d = {}", "depth": "{} hidden layers", "hidden": "width {}", "strength": "{}"}
# Names that are said together: what they have in common, and how that is said of several.
_TOGETHER = {
    r"(.+) entries": "{} entries",
    r"(.+) points": "{} points",
    r"(\d+) hidden layers?": "{} hidden layers",
    r"width (\d+)": "width {}",
    f"({'|'.join(VALUES['activation'].values())})": "{} networks",
}
SWEPT = ("activation", "entries", "points", "d", "depth", "hidden", "optimiser", "method")


def study_words(study: str) -> str:
    """Return a study's name in words, one from the configuration without its underscores.

    Examples
    --------
    >>> study_words("depth"), study_words("my_study")
    ('depth', 'my study')
    """
    return _STUDIES.get(study, study.replace("_", " "))


def value_words(column: str, value: object) -> str:
    """Return a value of a column in words.

    Examples
    --------
    >>> value_words("activation", "relu"), value_words("hidden", 30), value_words("strength", 0.1)
    ('ReLU', 'width 30', '0.1')
    """
    if column in VALUES:
        return VALUES[column].get(str(value), str(value))
    words = _NUMBERS[column].format(f"{value:g}" if isinstance(value, float) else value)
    return "1 hidden layer" if words == "1 hidden layers" else words


def name_cells(networks: pd.DataFrame, always: Sequence[str] = ()) -> "pd.Series[str]":
    """Return the cell of each network of one study: what differs between them, in words.

    Parameters
    ----------
    networks : DataFrame
        With the columns :data:`SWEPT` and ``strength``.
    always : sequence of str
        Columns that are named where they do not differ too.

    Examples
    --------
    >>> rows = {"activation": "relu", "entries": "gaussian", "points": "corners", "d": 8}
    >>> rows |= {"depth": 1, "optimiser": "adam", "method": "plain", "strength": 0.0}
    >>> name_cells(pd.DataFrame([rows | {"hidden": 30}, rows | {"hidden": 100}])).tolist()
    ['width 30', 'width 100']
    """
    differ = [name for name in SWEPT if name in always or len(set(networks[name])) > 1]
    varied = differ or ["activation"]
    parts = [[value_words(name, value) for value in networks[name]] for name in varied]
    words = [", ".join(one) for one in zip(*parts, strict=True)]
    strengths = networks["strength"].tolist()
    return pd.Series(
        [
            f"{word} {value_words('strength', strength)}" if strength > 0 else word
            for word, strength in zip(words, strengths, strict=True)
        ],
        index=networks.index,
        dtype=object,
    )


def said_together(cells: Sequence[str]) -> str:
    """Return names of cells in one phrase, what they have in common said once.

    Examples
    --------
    >>> said_together(["linear", "GELU", "1 hidden layer", "width 30", "width 300"])
    'linear and GELU networks, 1 hidden layer, width 30 and 300'
    >>> said_together(["uniform entries", "±1 entries", "corners"])
    'uniform and ±1 entries, corners'
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in cells:
        matches = ((re.fullmatch(part, name), words) for part, words in _TOGETHER.items())
        found = next(((match[1], words) for match, words in matches if match), (name, name))
        groups.setdefault(found[1], []).append((name, found[0]))
    return ", ".join(
        kept[0][0]
        if len(kept) == 1 and "networks" not in words
        else words.format(listing([part for _, part in kept]))
        for words, kept in groups.items()
    )
