import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.paper.claims.deciding import decide_all
from typer.testing import CliRunner

from fcflow.artifacts.tables import write_table
from fcflow.cli import app
from fcflow.paper.claims.finding import Verdict
from fcflow.paper.claims.ledger import LEDGER
from fcflow.paper.claims.show import claims_table, full_table, reproduced
from fcflow.paper.claims.wording import estimate_text, summary

SIGNS = {
    Verdict.FAILED: "✗",
    Verdict.DEVIATION: "≈",
    Verdict.UNTESTABLE: "·",
    Verdict.REPRODUCED: "✓",
}


def printed(table, width):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text().splitlines()


@pytest.fixture(scope="module")
def rows(request):
    """Return a ledger with every verdict in it."""
    made = decide_all(request.getfixturevalue("made"))
    verdicts = [verdict.value for verdict in Verdict]
    return made.assign(verdict=[verdicts[i % 4] for i in range(len(made))])


def test_a_line_a_claim_that_is_not_simply_reproduced_and_those_that_fail_first(rows):
    lines = printed(claims_table(rows, 100), 100)
    assert max(map(cell_len, lines)) <= 100
    signs = [line[0] for line in lines if line[:1] in SIGNS.values() and line[1] in " *"]
    counts = rows["verdict"].value_counts()
    expected = [sign * counts[v] for v, sign in SIGNS.items() if v is not Verdict.REPRODUCED]
    assert "".join(signs).startswith("".join(expected))
    for row in rows[rows["verdict"] != Verdict.REPRODUCED].to_dict("records"):
        (line,) = [line for line in lines if f" {row['id']} " in line]
        assert row["found"] in line
        assert row["expected"] in line
        on_substitutes = row["part"] in ("mnist", "imagenet", "second paper")
        assert (line[1] == "*") == (on_substitutes and not row["id"].startswith("init"))


def test_the_others_are_listed_by_name(rows):
    names = rows.loc[rows["verdict"] == Verdict.REPRODUCED, "id"]
    assert reproduced(rows) == f"✓ {len(names)} reproduced: {', '.join(names)}"


@pytest.mark.parametrize("width", [80, 100])
def test_everything_about_each_claim_is_shown_with_no_word_cut(rows, width):
    lines = printed(full_table(rows), width)
    assert max(map(cell_len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert "…" not in text
    for word in rows["id"]:
        assert word in text


def test_the_command_prints_the_ledger_and_its_summary(rows, tmp_path):
    write_table(rows, tmp_path / "claims.parquet", LEDGER, config={})
    for options in ([], ["--full"]):
        done = CliRunner().invoke(app, ["claims", str(tmp_path / "claims.parquet"), *options])
        assert done.exit_code == 0
        assert done.output.splitlines()[-1] == summary(rows)


def test_the_command_tells_a_missing_ledger(tmp_path):
    done = CliRunner().invoke(app, ["claims", str(tmp_path / "gone.parquet")])
    assert done.exit_code == 1
    assert "gone.parquet: is missing" in done.output


@pytest.mark.parametrize(
    ("estimate", "low", "high", "text"),
    [
        (0.3, 0.2553, 0.3538, "0.300 [0.255, 0.354]"),
        (0.0186, float("nan"), float("nan"), "0.0186"),
        (5.83e-17, 3.89e-17, 8.6e-17, "rounding"),
        (0.0, 0.0, 0.16, "0 [0, 0.160]"),
        (-0.004, -0.8, 0.8, "0.00 [−0.80, 0.80]"),
        (0.00005, 0.00004, 0.00006, "5.0 [4.0, 6.0] × 10⁻⁵"),
        (float("nan"), float("nan"), float("nan"), "–"),
    ],
)
def test_an_estimate_has_the_digits_that_its_interval_allows(estimate, low, high, text):
    assert estimate_text({"estimate": estimate, "low": low, "high": high}) == text


@pytest.mark.parametrize(
    ("estimate", "low", "high", "limits", "text"),
    [
        # An interval that ends just short of the value that it has to hold.
        (-0.435805, -0.499724, -0.368054, [-0.5], "−0.4358 [−0.4997, −0.3681]"),
        (0.106479, 0.049633, 0.185485, [0.05, 0.0], "0.1065 [0.0496, 0.1855]"),
        (0.154589, 0.100052, 0.313468, [0.1, 0.25], "0.1546 [0.1001, 0.3135]"),
        # One that begins beyond a limit which lies between two of the digits.
        (0.20, 0.1453, 0.25, [0.148], "0.200 [0.145, 0.250]"),
        # At the limit itself, and away from it, nothing is hidden.
        (0.5, 0.05, 0.95, [0.05], "0.50 [0.05, 0.95]"),
        (0.5, 0.2553, 0.75, [0.05], "0.50 [0.26, 0.75]"),
        (0.00005, 0.0000362, 0.00006, [0.000036], "5.00 [3.62, 6.00] × 10⁻⁵"),
    ],
)
def test_no_number_is_rounded_onto_or_beyond_a_limit_at_which_the_verdict_turns(
    estimate, low, high, limits, text
):
    assert estimate_text({"estimate": estimate, "low": low, "high": high}, limits) == text


def test_what_no_paper_predicts_is_marked_as_ours(rows):
    failing = rows.assign(verdict=Verdict.FAILED.value)
    lines = printed(claims_table(failing, 120), 120)
    assert " 1 o " in next(line for line in lines if " question-robust " in line)
    assert any("o: a prediction of ours" in line for line in lines)
