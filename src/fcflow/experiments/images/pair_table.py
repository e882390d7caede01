"""Every pair with every attack, one row each (Tables 5 and 8, and whatever is named beside)."""

from typing import NamedTuple

import pandas as pd

from fcflow.artifacts.schema import declare, flag, integer, real, text
from fcflow.attacks.registry import attack_label
from fcflow.experiments.images.columns import KEY

LEAST = "least"  # in place of an attack's name: the shortest perturbation of all attacks

# Measures, and what the pair maker tells of a pair, follow.
PAIR_TABLE = declare(
    "image pair table",
    "make_table",
    {
        "experiment": text(),
        "network": integer(0),
        "pair": integer(0),
        "place": integer(0),
        "name1": text(),
        "name2": text(),
        "class1": text(),
        "class2": text(),
        "attack": text(),
        "criterion": text(),
        "box": flag(),
        "success": flag(),
        "norm": real(0, nullable=True),
        "ratio": real(0, nullable=True),  # norm / half_distance
        "distance": real(0),
        "half_distance": real(0),
        "abs_cos_theta": real(0, 1, nullable=True),
        "mean_abs_cos": real(0, 1, nullable=True),
        "gap_x1": real(),
        "gap_x2": real(),
        "predicted_length": real(nullable=True),
        "flip_length": real(nullable=True),
        "relative_error": real(0),
        "converged": flag(),
        "n_gradients": integer(1),
    },
    extensible=True,
)

_CRITERIA = {
    "pair": "the other class ahead of the image's own",
    "argmax": "any other answer",
    "target": "the other class is the answer",
}


class Way(NamedTuple):
    """An attack, what it has to reach, and whether pixels stay in [0, 1]."""

    attack: str
    criterion: str
    box: bool

    @property
    def column(self) -> str:
        """The column of its norms where attacks are columns, such as ``ddn_pair_boxed``."""
        return f"{self.attack}_{self.criterion}{'_boxed' if self.box else ''}"

    @property
    def label(self) -> str:
        """The attack's name in tables."""
        return LEAST if self.attack == LEAST else attack_label(self.attack)

    @property
    def aim(self) -> str:
        """What it has to reach, in words."""
        return _CRITERIA[self.criterion]

    @property
    def pixels(self) -> str:
        """Which values pixels may take, in words."""
        return "pixels in [0, 1]" if self.box else "pixels of any value"


def pair_rows(experiments: pd.DataFrame, attacks: pd.DataFrame) -> pd.DataFrame:
    """Return one row a pair and attack, those of the shortest perturbations among them.

    Parameters
    ----------
    experiments, attacks
        As :data:`~fcflow.experiments.images.columns.EXPERIMENTS` and ``ATTACKS`` there.
    """
    ways = attacks[[*KEY, "attack", "criterion", "box", "success", "norm"]]
    rows = pd.concat([ways, _shortest(experiments, attacks)], ignore_index=True)
    pairs = experiments.assign(abs_cos_theta=experiments["cos_theta"].abs())
    own = [name for name in pairs.columns if name not in PAIR_TABLE.frame.columns]
    measured = [name for name in own if pairs[name].dtype == "float64"]
    known = [name for name in PAIR_TABLE.frame.columns if name in pairs]
    merged = pairs[[*known, *measured]].merge(rows, on=KEY, validate="one_to_many")
    merged["ratio"] = merged["norm"] / merged["half_distance"]
    return PAIR_TABLE.table(merged)


def ways_of(rows: pd.DataFrame) -> list[Way]:
    """Return the ways in which pairs were attacked, in the order of their first rows."""
    every = rows[["attack", "criterion", "box"]].drop_duplicates()
    return [Way(str(a), str(c), bool(b)) for a, c, b in every.itertuples(index=False)]


def of_way(rows: pd.DataFrame, way: Way) -> pd.DataFrame:
    """Return the rows of one way."""
    same = rows["attack"].eq(way.attack) & rows["criterion"].eq(way.criterion)
    return rows[same & rows["box"].eq(way.box)]


def shortest_way(rows: pd.DataFrame) -> Way | None:
    """Return the way that stands for the shortest perturbations with x2's class over x1's."""
    ways = [way for way in ways_of(rows) if way[:2] == (LEAST, "pair")]
    return min(ways, key=lambda way: way.box, default=None)


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a pair, each way's norms in a column, and ``ratio`` of the shortest."""
    pairs = rows.drop_duplicates(KEY).drop(columns="ratio").set_index(KEY)
    for way in ways_of(rows):
        pairs[way.column] = of_way(rows, way).set_index(KEY)["norm"]
    shortest = shortest_way(rows)
    norm = pairs[shortest.column] if shortest else float("nan")
    return pairs.assign(ratio=norm / pairs["half_distance"]).reset_index()


def _shortest(experiments: pd.DataFrame, attacks: pd.DataFrame) -> pd.DataFrame:
    """Return the shortest perturbations as rows like those of attacks."""
    aimed = attacks[attacks["criterion"] != "argmax"]
    boxed, free = aimed["box"].any(), not aimed["box"].all()
    ways = {"least": Way(LEAST, "pair", bool(boxed and not free))}
    if boxed and free:
        ways["least_boxed"] = Way(LEAST, "pair", True)
    if (attacks["criterion"] == "argmax").any():
        ways["least_argmax"] = Way(LEAST, "argmax", bool(attacks["box"].all()))
    tables = [
        experiments[KEY].assign(
            **way._asdict(), success=experiments[column].notna(), norm=experiments[column]
        )
        for column, way in ways.items()
    ]
    return pd.concat(tables, ignore_index=True).astype({"box": "bool", "success": "bool"})
