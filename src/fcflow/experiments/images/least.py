"""The shortest perturbations that any attack found."""

import pandas as pd

from fcflow.experiments.images.columns import KEY


def flips(attacks: pd.DataFrame) -> "pd.Series[bool]":
    """Return which attacks aimed at x2's class and brought it over x1's."""
    return attacks["pair_flipped"] & (attacks["criterion"] != "argmax")


def least(attacks: pd.DataFrame) -> pd.DataFrame:
    """Return each pair's shortest perturbations over all attacks, NaN where none was found.

    ``least`` puts x2's class over x1's, by an attack that aimed at that; ``least_boxed`` does so
    with pixels in [0, 1]; ``least_argmax`` changes the answer.
    """
    counted = {
        "least": flips(attacks),
        "least_boxed": flips(attacks) & attacks["box"],
        "least_argmax": attacks["argmax_changed"],
    }
    norms = {name: attacks["norm"].where(counts) for name, counts in counted.items()}
    rows = attacks[KEY].assign(**norms)
    return rows.groupby(KEY, as_index=False, sort=False).min()
