"""A word that is explained."""

import re
from typing import NamedTuple


class Term(NamedTuple):
    """A word or symbol that is explained.

    Attributes
    ----------
    key : str
        Its anchor on pages, such as ``word-valid``.
    name : str
        How it is written.
    meaning : str
        A sentence or two.
    where : str
        Where it is defined or first used: a paper and its section, empty for words of this project.
    pattern : str
        A regular expression for the places where it is used; matched with upper and lower case.
    """

    key: str
    name: str
    meaning: str
    where: str
    pattern: str


def term(key: str, name: str, meaning: str, where: str = "", pattern: str = "") -> Term:
    """Return a term; without a pattern it is found where its name stands as a word.

    Examples
    --------
    >>> one = term("run", "run", "One network.")
    >>> one.key, bool(re.search(one.pattern, "a run of five")), re.search(one.pattern, "runs")
    ('word-run', True, None)
    """
    return Term(f"word-{key}", name, meaning, where, pattern or rf"(?<!\w){re.escape(name)}(?!\w)")
