"""The configuration's keys, their types and ranges.

There are no defaults here: ``config/config.yaml`` holds every value, and files given by
``--configfile`` override it. ``fcflow keys`` prints what each key means and where in the papers it
comes from: the text below its declaration.
"""

from importlib import import_module
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from fcflow.config.fields import Level, Section
from fcflow.config.named import Sections, sections_of
from fcflow.sources import file_of


class Statistics(Section):
    """How intervals are computed."""

    resamples: Annotated[int, Field(ge=100)]
    """Bootstrap resamples of each interval. Source: ours."""
    level: Level
    """Confidence level of each interval. Source: ours."""


class Everywhere(Section):
    """The keys that no experiment owns."""

    seed: Annotated[int, Field(ge=0)]
    """The one seed from which every run's seed follows. Source: ours."""
    device: Literal["auto", "cpu", "cuda"]
    """``auto`` (a GPU where there is one), ``cpu`` or ``cuda``, for steps that can use a GPU.
    Source: ours."""
    statistics: Statistics


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


# A model that is put together here has no source text in which its keys' meanings could stand.
_PUT_TOGETHER = {"use_attribute_docstrings": False}


def _section(folder: str, package: str, below: dict[str, Any]) -> type[Section]:
    doc = import_module(package).__doc__
    name = folder.title().replace("_", "")
    rooms = [path.parent.name for path in file_of(package).parent.glob("*/named.py")]
    bases = [sections_of(import_module(f"{package}.{room}.named").Named) for room in rooms]
    base: Any = bases[0] if bases else Section
    made: type[Section] = create_model(
        name, __base__=base, __doc__=doc, __cls_kwargs__=_PUT_TOGETHER, **below
    )
    return made


def own_sections(config: BaseModel) -> dict[str, Any]:
    """Return the sections that the user has named, by their keys, in the order of the files."""
    parts = {key: getattr(config, key) for key in type(config).model_fields}
    return {
        f"{key}.{name}": section
        for key, part in parts.items()
        if isinstance(part, Sections)
        for name, section in (part.model_extra or {}).items()
    }


def named_sections(config: BaseModel) -> list[str]:
    """Return the names of the sections that the user has named, in the order of the files."""
    return [key.rpartition(".")[2] for key in own_sections(config)]


Config: type[Everywhere] = create_model(
    "Config",
    __base__=Everywhere,
    __doc__="The whole configuration.",
    __cls_kwargs__=_PUT_TOGETHER,
    **sections("fcflow.experiments"),
)
