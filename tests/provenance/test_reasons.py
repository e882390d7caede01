"""Why a step runs again is read from Snakemake's own words."""

from fcflow.provenance.reasons import rerun_reasons

PLAN = """
[Wed Nov 25 09:25:11 2026]
rule make_table:
    input: results/a.parquet
    output: results/tables/a.parquet
    reason: {reason}
    wildcards: name=a
    resources: tmpdir=/tmp
"""
ONE, TWO, FOUR, FIVE = ("1" * 16, "2" * 16, "4" * 16, "5" * 16)
CHANGED = (
    "Params have changed since last execution: Union of exclusive params before and now across"
    f" all output: before: 'fcflow {ONE}, fcflow.a {TWO}','A caption of, two words',"
    '\'{"level": 0.95, "n": 3}\''
    f" now: 'fcflow {ONE}, fcflow.a {FOUR}, fcflow.b {FIVE}','Another caption, two words',"
    '\'{"level": 0.9, "n": 3, "m": [1]}\' '
)


def test_changed_modules_and_keys_are_named_with_both_values():
    [reason] = rerun_reasons(PLAN.format(reason=CHANGED))
    assert reason.job == "make_table (name=a)"
    assert reason.lines == ["code of fcflow.a, fcflow.b", "level: 0.95 → 0.9", "m: nothing → [1]"]


def test_a_job_that_only_follows_has_no_reason_of_its_own():
    text = "Input files updated by another job: results/a.parquet"
    assert rerun_reasons(PLAN.format(reason=text))[0].lines == []


def test_a_missing_result_is_a_reason():
    text = "Missing output files: results/tables/a.parquet; Input files updated by another job: b"
    assert rerun_reasons(PLAN.format(reason=text))[0].lines == [
        "Missing output files: results/tables/a.parquet"
    ]
