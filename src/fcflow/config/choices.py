"""Keys that name an entry, such as an attack, with the entry's own parameters beside the name.

An entry is a function marked by a decorator. Its name and its keyword-only parameters are read from
its file (:mod:`fcflow.sources`), so that a configuration is checked without loading libraries, and
an entry that was added can be named at once.
"""

from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError, model_validator

from fcflow.config.fields import Section, as_number
from fcflow.config.messages import hint, message
from fcflow.sources import Entry, file_of, find_entries, read_source

_NUMBER = Annotated[float, BeforeValidator(as_number)]  # YAML's 1e-3 is text


class Choice(Section):
    """An entry by its name, and its own parameters; the name alone stands for one without any."""

    model_config = ConfigDict(extra="allow")

    package: ClassVar[str]
    decorator: ClassVar[str]
    name_key: ClassVar[str]
    # The keyword-only parameters that every entry of the kind is given by whoever calls it.
    given: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _has_the_entrys_parameters(cls, content: Any) -> Any:
        if isinstance(content, str):
            content = {cls.name_key: content}
        if not isinstance(content, Mapping) or cls.name_key not in content:
            return content
        entry = cls.entry_named(content[cls.name_key])
        fields = {key: content[key] for key in content if key in cls.model_fields}
        own = {str(key): content[key] for key in content if key not in cls.model_fields}
        return fields | checked_parameters(entry, own, cls.given)

    @property
    def entry(self) -> Entry:
        """The entry that is named."""
        return self.entry_named(getattr(self, self.name_key))

    @classmethod
    def entry_named(cls, name: Any) -> Entry:
        """Return the entry of that name; ``ValueError`` if there is none."""
        return entry_named(cls.package, cls.decorator, name)


def entry_named(package: str, decorator: str, name: Any) -> Entry:
    """Return the entry of that name.

    Raises
    ------
    ValueError
        If there is none.
    """
    entries = find_entries(package, decorator)
    if not isinstance(name, str) or name not in entries:
        kind = decorator.replace("_", " ")
        raise ValueError(f"there is no {kind} {name!r}{hint(str(name), sorted(entries))}")
    return entries[name]


def checked_parameters(
    entry: Entry, own: Mapping[str, Any], given: Collection[str]
) -> dict[str, Any]:
    """Return the values of an entry's own parameters, as the types in its file demand.

    Parameters
    ----------
    entry : Entry
    own : mapping
        From the configuration.
    given : collection of str
        Parameters that are no part of the configuration.

    Raises
    ------
    ValueError
        If a parameter is unknown, is missing or has another type or range.
    """
    known = {name: optional for name, optional in entry.keywords.items() if name not in given}
    for name in own:
        if name not in known:
            more = hint(name, sorted(known)) if known else ", which takes none"
            raise ValueError(f"{name} is no parameter of {entry.name}{more}")
    missing = [name for name, optional in known.items() if not optional and name not in own]
    if missing:
        raise ValueError(f"{entry.name} needs {', '.join(missing)}")
    return {name: _checked(name, value, _type_of(entry, name)) for name, value in own.items()}


def _checked(name: str, value: Any, kind: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, [name, *fault["loc"]]))
        raise ValueError(f"{place}: {message(fault)}") from None


def _type_of(entry: Entry, parameter: str) -> Any:
    """Return the type of a parameter, and ``Any`` where finding out would load a library."""
    written = entry.types.get(parameter, "Any")
    if written == "float":
        return _NUMBER
    try:
        return eval(written, _light_names(entry.module))  # noqa: S307 (the package's own annotation)
    except (NameError, AttributeError):
        return Any


@cache
def _light_names(module: str) -> dict[str, Any]:
    """Return what a module imports from where configuration's types are declared."""
    light = ("fcflow.config.", "typing.", "collections.abc.")
    names = read_source(file_of(module)).names
    return {
        name: getattr(import_module(place), attribute)
        for name, address in names.items()
        if address.startswith(light)
        for place, _, attribute in [address.rpartition(".")]
    }
