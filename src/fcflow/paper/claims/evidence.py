"""What shows a claim: the table or figure that states it, and those that it is decided from."""

from functools import cache
from pathlib import PurePosixPath

from fcflow.paper.claims.claim import Claim
from fcflow.sources import ROOMS, Entry, find_entries


@cache
def _entries(kind: str) -> dict[str, Entry]:
    return find_entries(ROOMS, kind)


def evidence_of(claim: Claim) -> list[str]:
    """Return the names of the tables and figures that show a claim, the nearest first.

    Those are what it declares, the tables that it is decided from, and the figures that are drawn
    from one of these tables. Only what the package makes is named.
    """
    tables, figures = _entries("table"), _entries("figure")
    decided = [PurePosixPath(path).stem for path in claim.paths if "/tables/" in path]
    named = dict.fromkeys([*claim.evidence, *decided])
    files = {f"results/tables/{name}.parquet" for name in named}
    drawn = [name for name, one in figures.items() if files & {*one.options["reads"].values()}]
    return [name for name in dict.fromkeys([*named, *drawn]) if name in tables or name in figures]
