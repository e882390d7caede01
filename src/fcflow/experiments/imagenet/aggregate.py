"""Stage 4: one row a pair, with everything that was measured on it."""

from collections.abc import Sequence

import pandas as pd

from fcflow.experiments.imagenet.schemas import ATTACKED, EXPERIMENTS


def aggregate_imagenet(
    pairs: pd.DataFrame, paths: Sequence[pd.DataFrame], attacks: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Join the stages' tables of all jobs, as :data:`~fcflow.experiments.imagenet.schemas.EXPERIMENTS`.

    The norm of an attack that did not reach what it had to is left empty. ``least_pair`` is the
    shortest perturbation found with which the target's logit exceeds the source's, and
    ``least_argmax`` the shortest that changes the answer, whichever attack found it.
    """
    rows = pairs.merge(pd.concat(paths), on="pair", how="left", validate="one_to_one")
    tried = pd.concat(attacks)
    for attack, criterion in ATTACKED:
        chosen = tried[(tried["attack"] == attack) & (tried["criterion"] == criterion)]
        norms = chosen.set_index("pair")["norm"].where(chosen.set_index("pair")["success"])
        rows[f"norm_{attack}_{criterion}"] = rows["pair"].map(norms).astype("float64")
    for name, reached in (("least_pair", "pair_flipped"), ("least_argmax", "argmax_changed")):
        rows[name] = (
            rows["pair"].map(tried[tried[reached]].groupby("pair")["norm"].min()).astype("float64")
        )
    return rows[list(EXPERIMENTS.frame.columns)]
