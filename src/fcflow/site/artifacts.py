"""Every table and figure: what it is called, what it shows, and the files that it comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fcflow.declared import declared_entries
from fcflow.sources import Entry

KINDS = {"table": "tables", "figure": "figures"}  # what is declared, and the folder it lies in
_FORMATS = {
    "table": {"CSV": "csv", "Parquet": "parquet", "LaTeX": "tex"},
    "figure": {"SVG": "svg", "PDF": "pdf", "PNG": "png"},
}


@dataclass(frozen=True)
class Artifact:
    """A table or a figure.

    Attributes
    ----------
    kind : {"table", "figure"}
    name : str
    label, shows, caption : str
        As it is declared (:mod:`fcflow.paper.table`).
    reads : mapping
        What it is made from.
    """

    kind: str
    name: str
    label: str
    shows: str
    caption: str
    reads: Mapping[str, str]

    @property
    def page(self) -> str:
        """The name of its page."""
        return f"{self.kind}-{self.name}"

    @property
    def downloads(self) -> dict[str, str]:
        """Its files below ``results/``, by what each format is called."""
        folder = KINDS[self.kind]
        return {word: f"{folder}/{self.name}.{end}" for word, end in _FORMATS[self.kind].items()}

    def file(self, ending: str) -> str:
        """One of its files below ``results/``."""
        return f"{KINDS[self.kind]}/{self.name}.{ending}"


def all_artifacts(own: Sequence[str] = ()) -> dict[str, Artifact]:
    """Return every declared table and figure, by the name of its page.

    Parameters
    ----------
    own : sequence of str
        The sections that the user has named.
    """
    every = [
        artifact(kind, entry) for kind in KINDS for entry in declared_entries(kind, own).values()
    ]
    return {one.page: one for one in sorted(every, key=_order)}


def artifacts_about(experiment: str) -> dict[str, Artifact]:
    """Return the tables and figures about one of the user's sections."""
    every = [
        artifact(kind, entry)
        for kind in KINDS
        for entry in declared_entries(kind, [experiment]).values()
        if entry.experiment == experiment
    ]
    return {one.page: one for one in sorted(every, key=_order)}


def artifact(kind: str, entry: Entry) -> Artifact:
    """Return what a declaration says."""
    words = {key: str(entry.options[key]) for key in ("label", "shows", "caption")}
    return Artifact(kind, entry.name, **words, reads=entry.options["reads"])


def sources_of(artifacts: Mapping[str, Artifact]) -> list[str]:
    """Return the tables of results that tables are made from: their rows have the seeds.

    Examples
    --------
    >>> "results/linear/experiments.parquet" in sources_of(all_artifacts())
    True
    """
    paths = {path for one in artifacts.values() if one.kind == "table" for path in source(one)}
    return sorted(paths)


def source(table: Artifact) -> list[str]:
    """Return the results that a table is made from, tables left out."""
    return [path for path in table.reads.values() if _is_result(PurePosixPath(path))]


def _is_result(path: PurePosixPath) -> bool:
    return path.suffix == ".parquet" and path.parts[1] != "tables"


def _order(one: Artifact) -> tuple[str, bool, tuple[str, int], str]:
    """Order as in the papers: figures and tables of [FO] after those of [FC]."""
    word, _, number = one.label.partition(" ")
    return one.kind, one.label.startswith("[FO]"), (word, _leading(number)), one.name


def _leading(text: str) -> int:
    digits = text.split(" ")[0].split("'")[0]
    return int(digits) if digits.isdigit() else 99
