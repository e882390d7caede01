"""Sections that hold others of any name, beside those that the package has."""

import re
from typing import Any, ClassVar, Self

from pydantic import ConfigDict, model_validator

from fcflow.config.fields import Section

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# What files and targets of the workflow are called already.
_TAKEN = {
    *("all", "tables", "figures", "claims", "site", "theory", "linear", "relu", "vulnerability"),
    *("statistics", "images", "docs", "quick", "ablations", "dimension", "findings"),
}


class Sections(Section):
    """A section that holds others, of names that the package knows or of the user's."""

    model_config = ConfigDict(extra="allow")

    named: ClassVar[type[Section]]
    """What a section with a name of the user's holds."""

    @model_validator(mode="after")
    def _have_names(self) -> Self:
        for name in self.model_extra or {}:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name}: must be a name of letters, digits and _")
            if name in _TAKEN:
                raise ValueError(f"{name}: is the name of something else; give it another one")
        return self


def sections_of(kind: type[Section]) -> type[Sections]:
    """Return a section whose keys that the package does not know hold this kind of section."""

    class Named(Sections):
        named: ClassVar[type[Section]] = kind
        __pydantic_extra__: dict[str, kind]  # type: ignore[valid-type]

    return Named


def named_kind(section: Any) -> type[Section] | None:
    """Return what a section's keys of any name hold, None where it takes no such keys."""
    is_one = isinstance(section, type) and issubclass(section, Sections)
    return getattr(section, "named", None) if is_one else None
