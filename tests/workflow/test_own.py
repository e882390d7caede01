"""A section with a name of the user's own, by configuration alone: its results, and what reruns."""

import re
from pathlib import Path

import pandas as pd
import pytest
from tests.experiments.images.own.conftest import write_files
from tests.workflow.conftest import Workspace

from fcflow.artifacts.tables import read_table, write_table
from fcflow.experiments.images.columns import EXPERIMENTS
from fcflow.experiments.images.own.named import Named
from fcflow.own.folder import measure_folder
from fcflow.recompute.claim import recompute_claim

pytestmark = pytest.mark.snakemake

MINE = {
    "model": {"factory": "my_models.py:dense", "weights": "dense.safetensors"},
    "data": {"folder": "digits"},
    "pairs": {"kind": "nearest", "max_pairs": 8},
    "attacks": ["fast_l2"],
    "measures": ["factors", "my_measures.py:largest"],
    "gammas": 3,
    "jobs": 1,
}
TABLES = ("mine", "mine_pairs", "mine_paths", "mine_factors", "mine_shares")
FIGURES = ("mine_scatter", "mine_paths", "mine_pairs", "mine_factors")
MEASURED = {"probe_images:mine", "aggregate_images:mine"}
SHOWN = {
    *(f"make_table:{name}" for name in TABLES),
    *(f"draw_figure:{name}" for name in FIGURES),
    *("judge_own", "make_page"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    workspace = Workspace.new(tmp_path_factory.mktemp("own") / "workspace")
    write_files(workspace.folder)
    (workspace.folder / "digits" / "3" / "damaged.jpg").write_bytes(b"no picture")
    workspace.configure({"images": {"mine": MINE}})
    done = workspace.snakemake("--cores", "2", "mine")
    assert done.returncode == 0, done.stdout
    return workspace


@pytest.fixture
def own(made, tmp_path):
    return made.copy(tmp_path / "copy")


def planned(workspace):
    """Return the rules that asking for the section would run."""
    return {job.partition(" ")[0] for job in workspace.jobs("mine")} - {"mine"}


def test_braces_in_values_are_characters_and_in_an_input_s_name_are_told(own):
    (own.folder / "digits").rename(own.folder / "{digits}")
    section = MINE | {"data": {"folder": "{digits}"}}
    own.configure({"images": {"mine": section}})
    assert {"prepare_own", "make_page"} <= {name.partition(":")[0] for name in planned(own)}
    (own.folder / "dense.safetensors").rename(own.folder / "dense{1}.safetensors")
    model = MINE["model"] | {"weights": "dense{1}.safetensors"}
    own.configure({"images": {"mine": section | {"model": model}}})
    refused = own.snakemake("--dry-run", "mine")
    assert refused.returncode != 0
    assert "dense{1}.safetensors: Snakemake takes what is in braces for a wildcard" in (
        refused.stdout
    )


def test_one_command_makes_the_tables_the_figures_the_verdicts_and_the_page(made):
    results = made.folder / "results"
    for name in TABLES:
        assert all((results / f"tables/{name}.{end}").is_file() for end in ("csv", "html", "tex"))
    for name in FIGURES:
        assert all((results / f"figures/{name}.{end}").is_file() for end in ("svg", "pdf", "png"))
    files = ("pairs", "paths", "curves", "attacks", "experiments", "answers", "networks")
    rows = {name: pd.read_parquet(results / f"mine/{name}.parquet") for name in files}
    assert len(rows["experiments"]) == len(rows["pairs"]) == len(rows["paths"]) == 8
    assert rows["experiments"]["largest"].notna().all()
    skipped = pd.read_parquet(results / "mine/skipped.parquet")
    assert skipped["name"].tolist() == ["3/damaged.jpg"]
    assert "3/damaged.jpg" in (results / "tables/mine.html").read_text(encoding="utf-8")

    statistics = pd.read_parquet(results / "tables/mine.parquet").set_index("quantity")
    assert statistics.loc["largest", "estimate"] == pytest.approx(
        rows["experiments"]["largest"].mean()
    )
    claims = pd.read_parquet(results / "mine/claims.parquet")
    assert claims["id"].tolist() == [
        f"mine-{name}" for name in ("ratio", "length", "small", "everywhere", "distance")
    ]
    assert claims["n"].eq(8).all()
    page = (results / "mine/page.html").read_text(encoding="utf-8")
    assert all(f"claim-{name}" in page for name in claims["id"])
    assert all(f"figure-{name}" in page for name in FIGURES)
    assert len(re.findall("data:image/svg", page)) >= len(FIGURES)
    assert {*re.findall(r'href="#([^"]+)"', page)} <= {*re.findall(r'id="([^"]+)"', page)}


def test_the_command_line_says_the_same(made, tmp_path, monkeypatch):
    monkeypatch.chdir(made.folder)
    measure_folder(Named.model_validate(MINE), tmp_path / "mine")
    for name in ("pairs", "paths", "curves", "attacks", "experiments"):
        mine, theirs = (
            pd.read_parquet(folder / "mine" / f"{name}.parquet")
            for folder in (tmp_path, made.folder / "results")
        )
        pd.testing.assert_frame_equal(mine, theirs, rtol=1e-4, obj=name)


@pytest.mark.parametrize("claim", ["ratio", "length", "small", "everywhere", "distance"])
def test_its_rows_are_found_again_by_plain_means(claim, made, monkeypatch):
    monkeypatch.chdir(made.folder)
    found = recompute_claim(f"mine-{claim}", results=Path("results"), runs=2)
    assert len({one.row for one in found.comparisons}) >= 2
    assert [one for one in found.comparisons if not one.agrees] == []
    assert not found.missing


def test_a_row_of_it_that_was_changed_is_told(own, monkeypatch):
    monkeypatch.chdir(own.folder)
    path = Path("results/mine/experiments.parquet")
    rows = read_table(path, EXPERIMENTS)
    write_table(rows.assign(cos_theta=rows["cos_theta"] * 0.99), path, EXPERIMENTS, config={})
    found = recompute_claim("mine-small", results=Path("results"), runs=2)
    assert {one.quantity for one in found.comparisons if not one.agrees} == {"cos θ"}


def test_nothing_is_done_twice_and_nothing_of_the_papers_is_done_for_it(made):
    assert planned(made) == set()
    assert not (made.folder / "results" / "mnist").exists()


def test_the_ledger_and_the_site_of_everything_hold_it_too(made):
    whole = made.snakemake("--dry-run", "all").stdout
    assert "results/tables/mine_pairs.parquet" in whole.partition("rule make_claims:")[2]
    assert "results/figures/mine_factors.svg" in whole.partition("rule make_site:")[2]


@pytest.mark.parametrize(
    ("file", "before", "now", "expected"),
    [
        ("my_measures.py", "amax(dim=1)", "amin(dim=1)", MEASURED | SHOWN),
        ("my_measures.py", "import torch\n", "# a comment\nimport torch\n", set()),
        (
            "my_models.py",
            "nn.ReLU()",
            "nn.Tanh()",
            {"prepare_own", "pair_images:mine", "attack_images:mine"} | MEASURED | SHOWN,
        ),
    ],
    ids=["measure", "comment", "model"],
)
def test_an_edited_file_of_the_users_reruns_what_uses_it(own, file, before, now, expected):
    text = (own.folder / file).read_text(encoding="utf-8")
    assert before in text
    (own.folder / file).write_text(text.replace(before, now, 1), encoding="utf-8")
    (own.folder / "my_pairs.py").write_text(
        "# what no key names is not looked at", encoding="utf-8"
    )
    assert planned(own) == expected


def test_another_picture_is_read_and_another_attack_attacks_alone(own):
    (own.folder / "digits" / "3" / "damaged.jpg").unlink()
    assert "prepare_own" in planned(own)
    (own.folder / "digits" / "3" / "damaged.jpg").write_bytes(b"no picture")
    own.configure({"images": {"mine": MINE | {"attacks": ["ddn"]}}})
    assert {"attack_images:mine", "aggregate_images:mine"} <= planned(own) - {"probe_images:mine"}


def test_what_a_step_says_of_the_users_files_is_told_in_a_line(own):
    text = (own.folder / "my_models.py").read_text(encoding="utf-8")
    broken = text.replace(
        "return nn.Sequential", "raise KeyError('layer')\n    return nn.Sequential"
    )
    (own.folder / "my_models.py").write_text(broken, encoding="utf-8")
    done = own.snakemake("--cores", "1", "mine")
    assert done.returncode != 0
    assert "my_models.py:dense failed (my_models.py, line 5): KeyError: 'layer'" in done.stdout
