"""Formulas in plain text: which characters are raised or lowered, for HTML and LaTeX alike.

Headings, captions and notes are written as one would type them: ``ε_p = ε_∞ d^(1/p)``, ``f_(d−1)``,
``cos θ1``, ``10⁻⁵``. Only a single symbol can carry an index, so that names with underscores, such
as those of files, stay as they are.
"""

import re
from collections.abc import Iterator
from typing import Literal

Place = Literal["", "sub", "sup"]
_RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹⁺", "−0123456789+", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_SYMBOL = r"(?:(?<![A-Za-z0-9_])[A-Za-zα-ωℓ]|[²‖)\]])"
_INDEX = r"(?:\([^()]*\)|[A-Za-z0-9]+|∞)"
_TOKEN = re.compile(
    rf"(?<!\w)(?P<number>\d+)\^(?P<power>{_INDEX})"  # as in 2^d
    rf"|(?P<base>{_SYMBOL})(?P<mark>[_^])(?P<index>{_INDEX})"
    # The papers number directions, images and points: θ1, x2, W1.
    r"|(?P<symbol>(?<![A-Za-z0-9_])[θxXWbHagℓ])(?P<digit>[12])(?![A-Za-z0-9_]|\.\d)"
    rf"|(?P<raised>[{''.join(_RAISED)}]+)|(?P<lowered>[{''.join(_LOWERED)}]+)"
)


def runs(text: str) -> Iterator[tuple[Place, str]]:
    """Yield the text in pieces, each on the line, lowered or raised.

    Examples
    --------
    >>> list(runs("ε_∞ of cos θ1"))
    [('', 'ε'), ('sub', '∞'), ('', ' of cos '), ('', 'θ'), ('sub', '1')]
    >>> list(runs("2^d, f_(d−1)"))[1:]
    [('sup', 'd'), ('', ', '), ('', 'f'), ('sub', 'd−1')]
    >>> list(runs("results/tables/table1.csv, dimension_high"))
    [('', 'results/tables/table1.csv, dimension_high')]
    """
    done = 0
    for match in _TOKEN.finditer(text):
        if match.start() > done:
            yield "", text[done : match.start()]
        yield from _pieces(match)
        done = match.end()
    if done < len(text):
        yield "", text[done:]


def _pieces(match: "re.Match[str]") -> Iterator[tuple[Place, str]]:
    part = match.groupdict()
    if part["number"]:
        yield "", part["number"]
        yield "sup", _bare(part["power"])
    elif part["base"]:
        yield "", part["base"]
        yield "sub" if part["mark"] == "_" else "sup", _bare(part["index"])
    elif part["symbol"]:
        yield "", part["symbol"]
        yield "sub", part["digit"]
    elif part["raised"]:
        yield "sup", "".join(_RAISED[sign] for sign in part["raised"])
    else:
        yield "sub", "".join(_LOWERED[sign] for sign in part["lowered"])


def _bare(index: str) -> str:
    return index[1:-1] if index.startswith("(") else index
