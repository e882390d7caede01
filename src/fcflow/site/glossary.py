"""The words of the site: those of tables and figures, and those of verdicts."""

from collections.abc import Sequence
from typing import NamedTuple

from fcflow.paper import glossary


class Word(NamedTuple):
    """A word and what it means.

    Attributes
    ----------
    anchor : str
        Its identifier in the page.
    name, meaning : str
    """

    anchor: str
    name: str
    meaning: str


class Subject(NamedTuple):
    """Words that belong together."""

    name: str
    words: Sequence[Word]


VERDICTS = (
    Word(
        "word-reproduced",
        "reproduced",
        "What was measured here meets the rule that stands beside the claim.",
    ),
    Word(
        "word-deviation",
        "reproduced with deviation",
        "It misses the rule, but meets a looser one that stands there too.",
    ),
    Word("word-failed", "not reproduced", "It meets neither."),
    Word(
        "word-untested",
        "not testable here",
        "Nothing could be measured, for a reason that the claim's page gives.",
    ),
    Word(
        "word-rule",
        "rule",
        "When a claim counts as reproduced. It is code, and says itself in words; the claim's page"
        " says whether it was written before its numbers were seen.",
    ),
    Word(
        "word-expected",
        "published, predicted, our prediction, our threshold",
        "What an estimate is held against: a number that a paper prints, one that follows from what"
        " it says, one that we expect where no paper says anything, or a limit of our own where it"
        " says “close” or “small”.",
    ),
    Word("word-n", "n", "From how many runs, networks, points or pairs a number is made."),
    Word(
        "word-sample",
        "sample",
        "The networks, matrices or images that were drawn to decide a claim. Claims decided from"
        " one sample are not independent.",
    ),
    Word("word-late", "post hoc", "Looked at after the numbers were known: a hint, not a test."),
    Word(
        "word-substitute",
        "substitute",
        "A network, or images, in place of those of a paper, which cannot be had here.",
    ),
)


def subjects() -> list[Subject]:
    """Return all words by subject, verdicts first."""
    others = [
        Word(term.key, term.name, f"{term.meaning}{f' ({term.where})' if term.where else ''}")
        for term in glossary.GLOSSARY
    ]
    return [Subject("Verdicts", VERDICTS), Subject("Words and symbols", others)]
