"""The results of ``fcflow measure`` in a folder: the workflow's own steps, a few pairs at a time.

What is measured is on disk after every few pairs, each file whole or not at all. A command that was
stopped, in whatever way, goes on from there; another request in the same folder is refused, unless
the first one failed before any pair was measured.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.artifacts.files import remove_abandoned, replacing
from fcflow.artifacts.schema import ArraysSchema, TableSchema
from fcflow.artifacts.tables import read_table, write_table
from fcflow.errors import ArtifactError, FcflowError, InputError
from fcflow.experiments.images.aggregate import aggregate_images
from fcflow.experiments.images.attack import attack_pairs
from fcflow.experiments.images.columns import CLASSES, IMAGES
from fcflow.experiments.images.own.named import Named
from fcflow.experiments.images.own.prepare import prepare_own
from fcflow.experiments.images.pair import pair_images
from fcflow.experiments.images.probe import probe_pairs
from fcflow.extras import paper_extra
from fcflow.steps import step_of
from fcflow.user_functions import user_code
from fcflow.version import VERSION

with paper_extra():
    import pandas as pd

# Pairs that a kill costs at most; more at once are hardly faster. Of a large network, whose
# gradients are evaluated a few at a time, it is no more than these.
AT_ONCE = 8
_REQUEST, _LOG = "request.json", "log.txt"
_LOADED = ("classifier", "pairs", "measures", "attacks")

Step = Callable[..., Any]
Results = dict[str, Any]


class Measured(NamedTuple):
    """What a folder holds when everything is measured.

    Attributes
    ----------
    experiments, attacks, networks : DataFrame
        As the workflow's files of these names.
    skipped : DataFrame
        Inputs that could not be read.
    shown : dict
        ``x1``, ``x2`` and ``delta`` of the pairs that have a place.
    pictures : bool
        Whether the inputs are pictures.
    notes : tuple of str
        What was done to the inputs, a line each.
    """

    experiments: pd.DataFrame
    attacks: pd.DataFrame
    networks: pd.DataFrame
    skipped: pd.DataFrame
    shown: dict[str, NDArray[Any]]
    pictures: bool
    notes: tuple[str, ...] = ()


def measure_folder(
    section: Named,
    folder: str | Path,
    *,
    device: str = "cpu",
    told: Callable[[int, int], None] = lambda done, pairs: None,
) -> Measured:
    """Measure and attack all pairs that a section asks for, and write them to a folder.

    Parameters
    ----------
    section : Named
        What a section of the configuration with a name of the user's says.
    folder : path
        ``pairs``, ``curves``, ``paths``, ``attacks``, ``experiments``, ``answers``, ``networks``,
        ``images``, ``classes`` and ``skipped.parquet`` are written there, as the workflow writes
        them, and below ``parts/`` what is done so far.
    device : str
    told : callable
        Is told how many pairs are measured, and how many there are.

    Raises
    ------
    InputError
        In one line: if the folder holds the results of another request, or model, data or pairs
        cannot be had.
    ArtifactError
        If a file cannot be written, or is damaged.
    """
    work = _Folder(Path(folder), section, device)
    work.begin()
    with _logged(work.folder / _LOG):
        return _measure(work, told)


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Write into a file what steps and other people's code print."""
    try:
        log = path.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise ArtifactError(f"{path}: could not be written ({error.strerror or error})") from None
    with log, redirect_stdout(log), redirect_stderr(log):
        yield


def _measure(work: "_Folder", told: Callable[[int, int], None]) -> Measured:
    section = work.section
    prepared = work.run("", prepare_own)
    paired = work.run(
        "parts",
        pair_images,
        **{name: prepared[name] for name in ("images", "classes", "pixels")},
        weights=[],
    )
    pairs, ends = paired["pairs"], paired["ends"]
    at_once = min(AT_ONCE, int(paired["summary"]["batch"].iloc[0]))
    parts = []
    for start in range(0, len(pairs), at_once):
        told(start, len(pairs))
        rows = slice(start, start + at_once)
        own = {"pairs": pairs.iloc[rows], "ends": {name: ends[name][rows] for name in ends}}
        place = f"parts/{start:06d}"
        probed = work.run(place, probe_pairs, **own, weights=[])
        attacked = work.run(place, attack_pairs, **own, weights=[], classes=prepared["classes"])
        parts.append(probed | attacked)
    told(len(pairs), len(pairs))
    every = {name: [part[name] for part in parts] for name in parts[0]}
    joined = work.run(
        "",
        aggregate_images,
        answers=[paired["answers"]],
        pairs=[pairs],
        summaries=[paired["summary"]],
        ends=[ends],
        again=True,
        **every,
    )
    return Measured(
        joined["experiments"],
        joined["attacks"],
        joined["networks"],
        prepared["skipped"],
        joined["shown"],
        section.data.parquet is None and prepared["pixels"]["pixels"].ndim == 4,
        _notes(work.folder / _LOG, work.name),
    )


def _notes(log: Path, name: str) -> tuple[str, ...]:
    """Return what :func:`prepare_own` wrote, in this command or one that it goes on with."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    told = [line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: ")]
    # What was skipped is in a table.
    return tuple(line for line in dict.fromkeys(told) if not line.startswith("skipped "))


class _Folder:
    """A folder of results: steps are run unless what they write is there."""

    def __init__(self, folder: Path, section: Named, device: str) -> None:
        self.folder, self.device, self.section = folder, device, section
        self.name = folder.resolve().name
        self.scope = section.scope() | {"experiment": self.name, "network": 0, "part": 0}

    def begin(self) -> None:
        """Refuse a folder that holds something else; write down what is asked for."""
        request, path = self._request(), self.folder / _REQUEST
        if path.is_file():
            try:
                before = dict(json.loads(path.read_text(encoding="utf-8")))
            except (ValueError, OSError) as error:
                raise InputError(f"{path}: is damaged ({error}); give another --out") from None
            differ = [key for key in request if before.get(key) != request[key]]
            if differ == ["files"] and self._same_inputs():
                differ = []  # only the files' times are others
            if differ and not self._has_results():
                self._forget()  # of a command that failed, which is given again as mended
            elif differ:
                named = [_edited(key, before, request) for key in differ]
                raise InputError(
                    f"{self.folder}: holds results of another request, {' and '.join(named)} were"
                    " others; give another --out, or delete the folder"
                )
        elif self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            raise InputError(
                f"{self.folder}: holds something else than results of fcflow measure; give another"
                " --out"
            )
        remove_abandoned(self.folder)
        with replacing(path) as part:
            part.write_text(json.dumps(request, indent=2, sort_keys=True), encoding="utf-8")

    def _same_inputs(self) -> bool:
        """Return whether the data, read again, are those that were measured."""
        files = self._file("", "images", IMAGES), self._file("", "classes", CLASSES)
        if not all(file.is_file() for file in files):
            return False
        config = {key: self.scope[key] for key in _keywords(prepare_own)}
        with _logged(self.folder / _LOG):
            images, classes, _, _ = prepare_own(**config)
        known = read_table(files[0], IMAGES), read_table(files[1], CLASSES)
        return known[0].equals(images) and known[1].equals(classes)

    def _has_results(self) -> bool:
        """Return whether any pairs are measured and attacked."""
        parts = self.folder.glob("parts/[0-9]*/attacks.parquet")
        return (self.folder / "attacks.parquet").exists() or any(parts)

    def _forget(self) -> None:
        """Delete what was written before any pair was done, and nothing else."""
        written: list[tuple[str, Step]] = [("", prepare_own), ("parts", pair_images)]
        for part in self.folder.glob("parts/[0-9]*"):
            place = f"parts/{part.name}"
            written += [(place, probe_pairs), (place, attack_pairs)]
        try:
            for place, function in written:
                for name, kind in step_of(function).writes.items():
                    self._file(place, name, kind).unlink(missing_ok=True)
            for name in (_LOG, _REQUEST):
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            told = error.strerror or error
            raise ArtifactError(f"{error.filename}: could not be deleted ({told})") from None

    def run(self, place: str, function: Step, *, again: bool = False, **inputs: Any) -> Results:
        """Return what a step writes, from its files where they are there.

        Parameters
        ----------
        place : str
            Below the folder.
        function : callable
            A step; what it does not read is a part of the configuration.
        again : bool
            Whether it is run in any case.
        """
        declared = step_of(function)
        files = {name: self._file(place, name, kind) for name, kind in declared.writes.items()}
        if not again and all(file.is_file() for file in files.values()):
            return {name: _read(kind, files[name]) for name, kind in declared.writes.items()}
        keys = _keywords(function) - inputs.keys() - {"device"}
        config = {key: self.scope[key] for key in keys if key in self.scope}
        options = {"device": self.device} if declared.gpu else {}
        results = function(**inputs, **config, **options)
        written = dict(zip(declared.writes, results, strict=True))
        # The tables last: a step is done when all of its files are there.
        for name, kind in sorted(declared.writes.items(), key=lambda one: _is_table(one[1])):
            if isinstance(kind, TableSchema):
                write_table(written[name], files[name], kind, config=config, device=self.device)
            else:
                write_arrays(written[name], files[name])
        return written

    def _file(self, place: str, name: str, kind: Any) -> Path:
        ending = "parquet" if _is_table(kind) else "safetensors"
        return self.folder / place / f"{name}.{ending}"

    def _request(self) -> Mapping[str, Any]:
        """Return what results depend on, each with a name that a user knows."""
        files = self.section.network_files(self.name, "0")["checkpoint"]
        code = [user_code(name) for name in self.section.user_functions(*_LOADED)]
        section = json.loads(json.dumps(self.section.model_dump(), default=str))
        return {
            "version": VERSION,
            "name": self.name,
            **section,
            "files": self.section.data_digest(),
            "weights": {file: _digest(Path(file)) for file in files},
            "code": {file: digest for one in code for file, digest in one.items()},
            "device": self.device,
        }


def _edited(key: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return what differs in words: of code and weights, the files that were edited."""
    one, other = before.get(key), now[key]
    if key not in ("code", "weights") or not isinstance(one, dict):
        return key
    files = sorted(name for name in {**one, **other} if one.get(name) != other.get(name))
    return f"{key} ({', '.join(files)})"


def _keywords(function: Step) -> set[str]:
    parameters = inspect.signature(function).parameters.values()
    return {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}


def _is_table(kind: Any) -> bool:
    return isinstance(kind, TableSchema)


def _read(kind: TableSchema | ArraysSchema, file: Path) -> Any:
    try:
        if isinstance(kind, TableSchema):
            return read_table(file, kind)
        return read_arrays(file, kind.names, producer=kind.producer)
    except FcflowError as error:
        told = str(error).partition(";")[0]
        raise type(error)(f"{told}; delete it and give the same command again") from None


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
