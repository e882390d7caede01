"""What a claim rests on, recomputed: its rows in the results, and the routes that there are."""

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from fcflow.artifacts.tables import read_metadata
from fcflow.declared import declared_entries
from fcflow.errors import InputError
from fcflow.paper.claims.claim import Claim
from fcflow.paper.claims.ledger import claims
from fcflow.recompute.route import ROUTES, Comparison, Request, Route
from fcflow.sources import modules_of

_RESULTS = "results/"
_NOTHING_COMPUTED = "/skipped.parquet"  # names inputs that were left out


@dataclass(frozen=True)
class Recomputed:
    """A claim's rows, recomputed.

    Attributes
    ----------
    comparisons : list of Comparison
    how : list of str
        What each route does, in a sentence.
    missing : list of str
        Tables behind the claim for whose rows there is no route yet.
    """

    comparisons: list[Comparison]
    how: list[str]
    missing: list[str]


def recompute_claim(name: str, *, results: Path, runs: int) -> Recomputed:
    """Recompute a few rows of each table that a claim rests on.

    Parameters
    ----------
    name : str
        The claim's.
    results : Path
        The folder of results.
    runs : int
        Rows of each table, at most.

    Raises
    ------
    InputError
        If there is no such claim, or ``runs`` is not positive.
    ArtifactError
        If a result is missing or damaged.
    """
    own = _named(results)
    by_name = {one.id: one for one in claims(own)}
    if name not in by_name:
        raise InputError(f"there is no claim {name!r}; `fcflow claims` lists them")
    if runs < 1:
        raise InputError(f"runs must be ≥ 1, got {runs}")
    claim = by_name[name]
    tables = rows_behind(claim, own)
    routes = _routes_to(tables, own)
    request = Request(results, claim.sample, runs)
    compared = [one for route in dict.fromkeys(routes.values()) for one in route(request)]
    how = [_first_line(route) for route in dict.fromkeys(routes.values())]
    return Recomputed(compared, how, [table for table in tables if table not in routes])


def _named(results: Path) -> list[str]:
    """Return the user's sections that the ledger holds, and those that were judged without it."""
    ledger = results / "claims.parquet"
    named = read_metadata(ledger)["config"].get("own", []) if ledger.is_file() else []
    judged = [path.parent.name for path in sorted(results.glob("*/claims.parquet"))]
    return list(dict.fromkeys([*named, *judged]))


def rows_behind(claim: Claim, own: Sequence[str] = ()) -> list[str]:
    """Return the tables of rows that a claim rests on, below the folder of results.

    Those are the tables that it reads, or what the paper's tables among them are made from.
    """
    rows = sorted(path.removeprefix(_RESULTS) for path in _rows_behind(claim.paths, own))
    return [table for table in rows if not table.endswith(_NOTHING_COMPUTED)]


def _rows_behind(paths: Iterable[str], own: Sequence[str]) -> set[str]:
    made = {
        f"{_RESULTS}tables/{name}.parquet": {*one.options["reads"].values()}
        for name, one in declared_entries("table", own).items()
    }
    rows: set[str] = set()
    for path in paths:
        rows |= _rows_behind(made[path], own) if path in made else {path}
    return rows


def _routes_to(tables: Sequence[str], own: Sequence[str]) -> dict[str, Route]:
    """Return the routes that there are, by table; all sections of the user's share theirs."""
    declared = {}
    for table in tables:
        section, slash, file = table.partition("/")
        template = f"{{own}}{slash}{file}" if section in own else table
        if template in known_routes():
            declared[table] = known_routes()[template]
    return declared


@cache
def known_routes() -> dict[str, Route]:
    """Return every route by its table, from this package's modules."""
    for module in modules_of(__package__):
        import_module(module)
    return ROUTES


def _first_line(route: Route) -> str:
    return (inspect.getdoc(route) or "").splitlines()[0]
