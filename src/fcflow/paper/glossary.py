"""The words and symbols of tables, figures and claims, for someone who has read an abstract."""

import re

from fcflow.paper.words.compression import COMPRESSION
from fcflow.paper.words.first_order import FIRST_ORDER
from fcflow.paper.words.general import GENERAL
from fcflow.paper.words.term import Term

GLOSSARY: tuple[Term, ...] = (*GENERAL, *COMPRESSION, *FIRST_ORDER)
_FLAGS = re.IGNORECASE | re.MULTILINE


def terms_in(*texts: str) -> list[Term]:
    """Return the terms that are used in these texts, in the glossary's order.

    Examples
    --------
    >>> [term.name for term in terms_in("ρ against d, valid runs")]
    ['d', 'run', 'valid run', 'ρ']
    """
    whole = "\n".join(texts)
    return [term for term in GLOSSARY if re.search(term.pattern, whole, _FLAGS)]


def unexplained(text: str) -> str:
    """Return a text without the words that the glossary explains.

    Examples
    --------
    >>> unexplained("ρ of a ReLU network, by DDN")
    '  of a   network, by DDN'
    """
    for term in GLOSSARY:
        text = re.sub(term.pattern, " ", text, flags=_FLAGS)
    return text
