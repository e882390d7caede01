"""A step of the workflow: a function that declares what it reads and what it writes.

The function takes its inputs by name, as checked tables and arrays, and the part of the
configuration that it depends on as its keyword-only arguments; what it returns is checked and
written. Called directly, as tests do, it is an ordinary function.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from fcflow.artifacts.arrays import read_arrays, write_arrays
from fcflow.artifacts.schema import ArraysSchema, Located, TableSchema
from fcflow.artifacts.tables import read_table, write_table
from fcflow.errors import FcflowError

Function = TypeVar("Function", bound=Callable[..., Any])
Kind = TableSchema | ArraysSchema
Reads = Mapping[str, Kind | Located | list[TableSchema] | list[ArraysSchema]]


@dataclass(frozen=True)
class Step:
    """What a function declares.

    Attributes
    ----------
    function : callable
    reads : mapping
        From the name of a rule's input, which is that of a parameter, to what the file holds; a
        list of one kind stands for several files of it.
    writes : mapping
        From the name of a rule's output to what the file holds, in the order of what is returned.
    gpu : bool
        Whether the function takes ``device``, which is ``cuda`` where the job was granted a GPU.
    write : callable
        Writes what the function returned.
    within : callable
        Makes the context in which the function is called and its results are written.
    """

    function: Callable[..., Any]
    reads: Reads
    writes: Mapping[str, Kind] = field(default_factory=dict)
    gpu: bool = False
    write: Callable[["Step", Any, Any, Mapping[str, Any]], None] | None = None
    within: Callable[[], AbstractContextManager[None]] = nullcontext

    def execute(self, job: Any) -> None:
        """Read, compute and write, for the object that Snakemake puts into a script."""
        config = json.loads(job.params.get("config", "{}"))
        inputs = {name: _read(kind, job.input[name]) for name, kind in self.reads.items()}
        options = {"device": device_of(job)} if self.gpu else {}
        write = _write_results if self.write is None else self.write
        with self.within():
            write(self, self.function(**inputs, **config, **options), job, config)


_STEPS: dict[Callable[..., Any], Step] = {}


def step(
    *, reads: Reads | None = None, writes: Mapping[str, Kind], gpu: bool = False
) -> Callable[[Function], Function]:
    """Declare a function to be a step of the workflow.

    Parameters
    ----------
    reads, writes, gpu
        See :class:`Step`.

    Examples
    --------
    >>> import pandas as pd
    >>> from fcflow.artifacts.schema import declare, real
    >>> LENGTHS = declare("lengths", "measure_lengths", {"norm": real(low=0)})
    >>> @step(reads={"lengths": LENGTHS}, writes={"doubled": LENGTHS})
    ... def double(lengths: pd.DataFrame, *, factor: float) -> pd.DataFrame:
    ...     return lengths * factor
    >>> float(double(pd.DataFrame({"norm": [1.0]}), factor=2.0).loc[0, "norm"])
    2.0
    """
    return declared(reads=reads or {}, writes=writes, gpu=gpu)


def declared(**declaration: Any) -> Callable[[Function], Function]:
    """Remember what a function declares, and leave the function as it is."""

    def remembered(function: Function) -> Function:
        _STEPS[function] = Step(function, **declaration)
        return function

    return remembered


def step_of(function: Callable[..., Any]) -> Step:
    """Return what a function declares.

    Raises
    ------
    FcflowError
        If it is not a step.
    """
    if function not in _STEPS:
        raise FcflowError(f"{function.__module__}.{function.__qualname__} is not a step")
    return _STEPS[function]


def device_of(job: Any) -> str:
    """Return the device that a job was granted."""
    return "cuda" if job.resources.get("gpu", 0) else "cpu"


def _read(kind: Any, paths: Any) -> Any:
    if isinstance(kind, list):
        several = [paths] if isinstance(paths, str | Path) else paths
        return [_read(kind[0], path) for path in several]
    if isinstance(kind, Located):
        kind = kind.schema
    if isinstance(kind, TableSchema):
        return read_table(paths, kind)
    return read_arrays(paths, kind.names, producer=kind.producer)


def _write_results(step: Step, results: Any, job: Any, config: Mapping[str, Any]) -> None:
    """Write arrays first: a table, which holds the record, is there only with them."""
    several = results if isinstance(results, tuple) else (results,)
    pairs = list(zip(step.writes.items(), several, strict=True))
    for (name, kind), result in pairs:
        if isinstance(kind, ArraysSchema):
            write_arrays(result, job.output[name])
    device = device_of(job) if step.gpu else "cpu"
    for (name, kind), result in pairs:
        if isinstance(kind, TableSchema):
            write_table(result, job.output[name], kind, config=config, device=device)
