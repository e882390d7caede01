"""What shows a claim: the tables that it is decided from, and what is made from these."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from fcflow.declared import declared_entries
from fcflow.paper.claims.claim import Claim

# From every table and figure to the files that it is made from.
Shown = Mapping[str, Sequence[str]]


def shown_entries(own: Sequence[str] = ()) -> Shown:
    """Return every table and figure that the package declares, with the files that it reads.

    Parameters
    ----------
    own : sequence of str
        The sections that the user has named.
    """
    entries = {**declared_entries("figure", own), **declared_entries("table", own)}
    return {name: sorted(one.options["reads"].values()) for name, one in entries.items()}


def evidence_of(claim: Claim, shown: Shown) -> list[str]:
    """Return the names of the tables and figures that show a claim, the nearest first.

    Those are what it declares, the tables that it is decided from, and the tables and figures that
    are made from one of these.
    """
    decided = [PurePosixPath(path).stem for path in claim.paths if "/tables/" in path]
    named = dict.fromkeys([*claim.evidence, *decided])
    files = {f"results/tables/{name}.parquet" for name in named}
    made = [name for name, reads in shown.items() if files & {*reads}]
    return [name for name in dict.fromkeys([*named, *made]) if name in shown]
