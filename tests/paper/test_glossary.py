"""Words are explained once, found where they are used, and used somewhere."""

import re

import pytest

from fcflow.paper.claims.ledger import claims
from fcflow.paper.glossary import GLOSSARY, terms_in, unexplained
from fcflow.sources import ROOMS, find_entries


def test_every_word_has_an_anchor_of_its_own():
    keys = [term.key for term in GLOSSARY]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"word-[a-z0-9]+", key) for key in keys)


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.key)
def test_a_word_is_found_where_it_is_written(term):
    assert term in terms_in(term.name)
    assert term.meaning.endswith(".")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("halfway, a paired valve", []),
        ("‖e‖/half", ["‖e‖", "half the distance"]),
        ("φ of all runs", ["run", "φ"]),
        ("pairs of α and logits", []),
        ("the column\nd\nof a table", ["d"]),
        ("the probing vector W1, and W1 − W2", ["probing vector"]),
        ("where W12 and HW1 stand", []),
        ("shares (LMG) of evenness", ["LMG shares", "evenness, N̄/N(0)"]),
        ("adjusted to the average φ", ["φ", "E φ"]),
        ("average φ", ["φ"]),
        ("the decoder's D̃ to the boundary", ["D̃ to the boundary"]),
    ],
)
def test_words_are_not_found_in_others(text, words):
    assert [term.name for term in terms_in(text)] == words


def test_the_papers_are_explained_wherever_they_are_named():
    texts = [one.statement for one in claims()]
    for kind in ("table", "figure"):
        texts += [entry.options["caption"] for entry in find_entries(ROOMS, kind).values()]
    named = {name for text in texts for name in re.findall(r"\[[A-Z]{2}\]", text)}
    assert named <= {term.name for term in GLOSSARY}


# What captions say where they use it: places α of a segment, Theorem 5's Δ and (a_1, a_2), the part
# P v of a direction v, the angle θ of Figure 1; and signs of arithmetic.
IN_PLACE = {"α", "Δ", "a_1", "a_2", "a₁", "a₂", "‖P", "v‖²", "‖v‖²", "θ", "₁", "₂", "DDN", "N̄/N"}
SIGNS = {"√", "1/√", "×", "±", "≈", "−", "−1/2"}
NAMES = {"MNIST", "QR"}


def test_every_symbol_and_abbreviation_of_a_caption_is_explained():
    captions = {
        name: entry.options["caption"]
        for kind in ("table", "figure")
        for name, entry in find_entries(ROOMS, kind).items()
    }
    odd = re.compile(r"[^\x00-\x7f–—’]|[A-Z].*[A-Z]|_")
    unknown = {
        (name, word)
        for name, caption in captions.items()
        for word in re.findall(r"[^\s,.;:()“”]+", unexplained(caption))
        if odd.search(word) and word not in IN_PLACE | SIGNS | NAMES
    }
    assert unknown == set()
