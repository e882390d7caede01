"""The configuration's keys, their types and ranges.

There are no defaults here: ``config/config.yaml`` holds every value, and files given by
``--configfile`` override it. ``config/README.md`` says what each key means and where in the papers
it comes from.
"""

from importlib import import_module
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, create_model

from fcflow.config.fields import Level, Section
from fcflow.config.theory import TheoryExperiment
from fcflow.sources import file_of


class Statistics(Section):
    """How intervals are computed."""

    resamples: Annotated[int, Field(ge=100)]
    level: Level


class Everywhere(Section):
    """The keys that no experiment owns."""

    seed: Annotated[int, Field(ge=0)]
    device: Literal["auto", "cpu", "cuda"]
    statistics: Statistics
    theory: TheoryExperiment


class _Collected(Section):
    """A section whose keys no class body holds, and so no docstrings below them."""

    model_config = ConfigDict(use_attribute_docstrings=False)


def sections(package: str) -> dict[str, Any]:
    """Return the sections that a package's folders declare, by the folders' names.

    A folder with a module ``settings`` has its class ``Settings``; one without has a section of
    those that its own folders declare, where there are any.
    """
    found: dict[str, Any] = {}
    for folder in sorted(path for path in file_of(package).parent.iterdir() if path.is_dir()):
        inner = f"{package}.{folder.name}"
        if (folder / "settings.py").is_file():
            found[folder.name] = (import_module(f"{inner}.settings").Settings, ...)
        elif below := sections(inner):
            found[folder.name] = (_section(folder.name, inner, below), ...)
    return found


def _section(folder: str, package: str, below: dict[str, Any]) -> type[Section]:
    doc = import_module(package).__doc__
    name = folder.title().replace("_", "")
    return create_model(name, __base__=_Collected, __doc__=doc, **below)


Config: type[Everywhere] = create_model(
    "Config",
    __base__=(Everywhere, _Collected),
    __doc__="The whole configuration.",
    **sections("fcflow.experiments"),
)
