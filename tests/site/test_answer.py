"""The answer follows from the verdicts."""

import pandas as pd

from fcflow.site.answer import answer, counts, parts_of


def ledger(*parts):
    """Return rows of a ledger: each part is paper, part, and how many of each verdict."""
    verdicts = ("reproduced", "reproduced with deviation", "not reproduced", "not testable here")
    rows = [
        {"paper": paper, "part": part, "function": "a.b:c", "verdict": verdict}
        for paper, part, *numbers in parts
        for verdict, number in zip(verdicts, numbers, strict=True)
        for _ in range(number)
    ]
    return pd.DataFrame(rows)


def test_a_part_holds_where_most_claims_do_and_not_where_most_do_not():
    rows = ledger(
        ("FC", "theory", 9, 1, 0, 0), ("FC", "mnist", 1, 0, 3, 1), ("FC", "relu", 2, 2, 1, 0)
    )
    assert answer(rows) == [
        "Feature compression holds in the theory, in part in ReLU networks, not on MNIST: of 19"
        " claims 12 are reproduced, 4 are not."
    ]


def test_other_verdicts_make_another_answer():
    better, worse = ledger(("FO", "pooling", 3, 0, 0, 0)), ledger(("FO", "pooling", 0, 0, 3, 0))
    assert answer(better)[0].startswith("Growth with input dimension holds for pooling")
    assert answer(worse)[0].startswith("Growth with input dimension does not hold for pooling")


def test_what_cannot_be_tested_says_nothing():
    rows = ledger(("FC", "theory", 0, 0, 0, 4))
    assert parts_of(rows) == []
    assert answer(rows) == ["Feature compression: none of its claims could be tested here."]


def test_every_claim_is_counted_once_with_the_worst_first():
    rows = ledger(("FC", "theory", 3, 2, 1, 4))
    assert [(verdict.value, count) for verdict, count in counts(rows).items()] == [
        ("not reproduced", 1),
        ("reproduced with deviation", 2),
        ("reproduced", 3),
        ("not testable here", 4),
    ]
