"""The function that decides a claim: where it stands, and its code."""

from dataclasses import dataclass
from functools import cache

from fcflow.sources import file_of, read_source


@dataclass(frozen=True)
class Deciding:
    """A function of the package.

    Attributes
    ----------
    address : str
        As ``module:function``.
    place : str
        Its file below ``src/``, and the line where it begins.
    code : str
        Its text, with the declarations above it.
    """

    address: str
    place: str
    code: str


@cache
def deciding_function(address: str) -> Deciding:
    """Return where a function stands.

    Parameters
    ----------
    address : str
        As ``module:function``.

    Examples
    --------
    >>> deciding_function("fcflow.site.deciding:deciding_function").place.split(":")[0]
    'src/fcflow/site/deciding.py'
    """
    module, _, name = address.partition(":")
    path = file_of(module)
    line = read_source(path).functions[name].line
    place = "/".join(["src", *module.split(".")]) + f".py:{line}"
    return Deciding(address, place, _code(path.read_text(encoding="utf-8"), line))


def _code(text: str, line: int) -> str:
    """Return the function that begins in a line: up to the next line that is not indented."""
    lines = text.splitlines()
    rest = lines[line - 1 :]
    # The first lines of a function may be its decorators, and its last parameters' bracket.
    started = next(i for i, one in enumerate(rest) if one.startswith("def "))
    length = next(
        (i for i, one in enumerate(rest) if i > started and one and one[0] not in " )"), len(rest)
    )
    return "\n".join(rest[:length]).rstrip()
