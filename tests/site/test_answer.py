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
        "Feature compression – holds: theory; in part: ReLU networks; not: MNIST. Of 19 claims: 12"
        " reproduced, 3 with deviation, 4 not."
    ]


def test_other_verdicts_make_another_answer():
    better, worse = ledger(("FO", "pooling", 3, 0, 0, 0)), ledger(("FO", "pooling", 0, 0, 3, 0))
    assert answer(better)[0].startswith("Growth with input dimension – holds: pooling")
    assert answer(worse)[0].startswith("Growth with input dimension – not: pooling")


def shares(**found):
    """Return a ledger of the claims on what explanations predict: estimate, low and high."""
    rows = ledger(*[("FC", "theory", 1, 0, 0, 0)] * len(found))
    values = pd.DataFrame(list(found.values()), columns=["estimate", "low", "high"])
    return rows.assign(id=[name.replace("_", "-") for name in found], **values)


def test_the_answer_begins_with_why_as_far_as_intervals_tell():
    between = {"meeting_compression": (0.926, 0.911, 0.975), "meeting_points": (0.13, 0.12, 0.14)}
    first, *_ = answer(shares(**between, meeting_mean_gradient=(0.937, 0.935, 0.973)))
    assert first == (
        "Why a classifier is fragile: between networks both explanations predict the least"
        " perturbation about equally (compression 93\N{NO-BREAK SPACE}% and the loss gradient"
        " 94\N{NO-BREAK SPACE}% of its variance, for training methods left out of the fit); between"
        " points of one network compression explains 13\N{NO-BREAK SPACE}%."
    )
    better, *_ = answer(shares(**between, meeting_mean_gradient=(0.99, 0.98, 0.99)))
    assert "the loss gradient predicts the least perturbation better than compression" in better
    worse, *_ = answer(shares(**between, meeting_mean_gradient=(0.5, 0.4, 0.6)))
    assert "compression predicts the least perturbation better than the loss gradient" in worse
    # Without both there is nothing to compare.
    assert answer(shares(**between))[0].startswith("Feature compression –")


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
