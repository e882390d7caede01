"""From nothing to every table and figure."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import numpy as np
import pandas as pd
import pytest
from tests.paper.compiled import ENGINES, compile_all
from tests.workflow.experiments import (
    EXPERIMENTS,
    FIGURE_FILES,
    HOPELESS,
    LINEAR,
    RELU,
    TABLE_FILES,
)

from fcflow.recompute.claim import recompute_claim

pytestmark = pytest.mark.snakemake


def table(workspace, name, kind="parquet"):
    path = workspace.folder / "results" / "tables" / f"{name}.{kind}"
    return pd.read_parquet(path) if kind == "parquet" else path.read_text(encoding="utf-8")


def test_one_command_makes_every_table_and_figure_in_every_format(finished):
    made = finished.results()
    assert made.keys() >= TABLE_FILES | FIGURE_FILES
    assert [name for name, content in made.items() if not content] == []


def test_the_tests_know_every_table_and_figure_that_is_made(finished):
    made = {
        name
        for name in finished.results()
        if name.startswith(("results/tables/", "results/figures/"))
    }
    assert made == TABLE_FILES | FIGURE_FILES


@pytest.mark.parametrize("engine", ENGINES)
def test_every_tables_latex_is_compiled_and_fits_the_page(finished, tmp_path, engine):
    results = finished.folder / "results"
    files = [*sorted((results / "tables").glob("*.tex")), results / "claims.tex"]
    assert len(files) == len(TABLE_FILES) // 4 + 1
    assert compile_all(engine, files, tmp_path) == []


def test_every_figure_has_a_title_a_description_and_text(finished):
    for path in (finished.folder / "results" / "figures").glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        assert all(mark in svg for mark in ("<title", "<desc", "<text")), path.name


def test_no_table_shows_a_number_that_is_not_zero_as_zero_or_two_minus_signs(finished):
    for path in (finished.folder / "results" / "tables").glob("*.html"):
        cells = re.findall(r"<(?:td|th)\b[^>]*>(.*?)</(?:td|th)>", path.read_text(encoding="utf-8"))
        texts = [re.sub(r"<[^>]*>", "", cell) for cell in cells]
        assert not [text for text in texts if re.match(r"[−-]?0\.0+$", text)], path.name
        assert not [text for text in texts if re.search(r"(^|[ \[(])-\d", text)], path.name


def test_no_table_shows_a_name_of_the_code(finished):
    internal = re.compile(r"\b(max_runs|dimension_\w+|batch_size|table\d|column_scale)\b")
    for path in (finished.folder / "results" / "tables").glob("*.html"):
        text = re.sub(r"<style>.*?</style>|<[^>]*>", "", path.read_text("utf-8"), flags=re.S)
        assert not internal.search(text), path.name


def test_nothing_is_left_to_do_afterwards(workspace):
    assert workspace.planned() == set()


def test_no_step_occupies_more_memory_than_it_asks_for(finished):
    line = re.compile(r"^(\w+): .* (\d+) MiB at most of (\d+) asked for$", flags=re.M)
    logs = [path.read_text(encoding="utf-8") for path in (finished.folder / "logs").rglob("*.log")]
    steps = [line.findall(log)[-1] for log in logs]
    assert [step for step, occupied, asked in steps if int(occupied) > int(asked)] == []


def test_linear_experiments_have_one_row_a_run_with_the_declared_columns(finished):
    rows = pd.read_parquet(finished.folder / "results" / "linear" / "experiments.parquet")
    wanted = {
        *(
            "study",
            "d",
            "hidden",
            "batch_size",
            "column_scale",
            "seed",
            "enumerated",
            "n_points",
            "train_accuracy",
            "fresh_accuracy",
        ),
        *(
            "valid",
            "cos_theta1",
            "cos_theta2",
            "phi",
            "feature_norm",
            "minimal_ratio_mean",
            "optimal_ratio_min",
        ),
    }
    assert wanted <= set(rows.columns)
    assert not rows.duplicated(["study", "d", "batch_size", "run"]).any()
    assert (rows[rows["study"] == "table2"].groupby("d").size() == 6).all()
    assert rows[rows["study"] == "table1"]["valid"].sum() == 2
    assert rows.groupby("d")["enumerated"].all().to_dict() == {3: True, 6: False}


def test_relu_experiments_have_one_row_a_run_with_the_declared_columns(finished):
    rows = pd.read_parquet(finished.folder / "results" / "relu" / "experiments.parquet")
    wanted = {
        *(
            "study",
            "d",
            "depth",
            "hidden",
            "batch_size",
            "column_scale",
            "seed",
            "train_accuracy",
            "fresh_accuracy",
            "valid",
            "phi",
        ),
        *(
            "rho_mean",
            "integral",
            "quadrature_error",
            "converged",
            "predicted_length",
            "flip_length",
        ),
    }
    assert wanted <= set(rows.columns)
    assert not rows.duplicated(["study", "d", "depth", "hidden", "run"]).any()
    assert rows[rows["study"] == "table3"]["valid"].sum() == 2
    assert set(rows[rows["study"] == "depth"]["depth"]) == {1, 2}
    points = pd.read_parquet(finished.folder / "results" / "relu" / "table4" / "points.parquet")
    assert (
        len(points) == RELU.tiny["attacked_points"] * RELU.tiny["studies"]["table4"]["valid_runs"]
    )


def test_a_run_killed_in_the_middle_and_finished_on_one_core_gives_the_bytes_of_one_on_two(
    finished, fresh
):
    log = (fresh.folder / "killed.log").open("w")
    running = subprocess.Popen(
        fresh.command("--cores", "2"),
        cwd=fresh.folder,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 600
        while not list(fresh.folder.glob("results/*/*/*/*/training.parquet")):
            assert time.monotonic() < deadline, (fresh.folder / "killed.log").read_text()
            assert running.poll() is None
            time.sleep(0.02)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    # It was killed in the middle: what is made from all the runs is not there yet.
    assert not (fresh.folder / "results" / "linear" / "experiments.parquet").exists()
    # A half-written file of a killed job has a name of its own and is not taken for the result.
    name = f"experiments.parquet.{running.pid}@{socket.gethostname()}.tmp"
    half = fresh.folder / "results" / "linear" / name
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"half")
    refused = fresh.snakemake("--cores", "1")
    assert refused.returncode != 0
    *_, last = refused.stdout.splitlines()
    assert f"of a Snakemake that was killed (process {running.pid} on" in last
    assert last.endswith("remove it: snakemake --unlock")
    assert fresh.snakemake("--unlock").returncode == 0
    done = fresh.snakemake("--cores", "1")
    assert done.returncode == 0, done.stdout
    assert not half.exists()
    ours, theirs = fresh.results(), finished.results()
    assert [name for name in theirs if ours.get(name) != theirs[name]] == []


def test_shipped_results_in_a_fresh_clone_need_nothing(finished, fresh):
    shutil.copytree(finished.folder / "results", fresh.folder / "results")
    files = sorted(path for path in (fresh.folder / "results").rglob("*") if path.is_file())
    files = [files[i] for i in np.random.default_rng(0).permutation(len(files))]
    for age, path in enumerate(files):
        os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))
    assert fresh.planned() == set()
    # The records came along: a change still reaches exactly what depends on it.
    fresh.configure({"linear": {"optimal_points": 3}, "relu": {"attacked_points": 3}})
    assert fresh.planned() == LINEAR.after("attack_affine") | RELU.after("attack_relu")


@pytest.mark.parametrize(
    ("experiment", "study", "rule"),
    [
        ("linear", {"dims": [3], "hidden": [5, 9], "runs": 2}, "train_affine"),
        ("relu", {"dims": [3], "hidden": [5, 9], "depths": [3], "runs": 2}, "train_relu"),
    ],
)
def test_a_study_of_ones_own_is_computed_without_touching_the_others(
    workspace, experiment, study, rule
):
    workspace.configure({experiment: {"studies": {"wide": study}}})
    done = workspace.snakemake("--cores", "2", f"results/{experiment}/experiments.parquet")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(f"rule {rule}:") == 2
    rows = pd.read_parquet(workspace.folder / "results" / experiment / "experiments.parquet")
    assert set(rows[rows["study"] == "wide"]["hidden"]) == {5, 9}


def test_the_report_holds_every_table_and_figure(workspace):
    done = workspace.snakemake("--cores", "1", "--report", "report.html")
    assert done.returncode == 0, done.stdout
    page = (workspace.folder / "report.html").read_text(encoding="utf-8")
    for name in (shown for experiment in EXPERIMENTS.values() for shown in experiment.shown):
        assert f'"{name}"' in page or json.dumps(name) in page
    for file in (*TABLE_FILES, *FIGURE_FILES):
        assert not file.endswith((".html", ".svg")) or file in page


@pytest.fixture(scope="module")
def hopeless(finished, tmp_path_factory):
    """Return a workspace where no run of any experiment was valid."""
    workspace = finished.copy(tmp_path_factory.mktemp("hopeless") / "copy")
    workspace.configure(HOPELESS)
    done = workspace.snakemake("--cores", "2")
    assert done.returncode == 0, done.stdout
    return workspace


def test_without_a_valid_run_the_workflow_ends_well_with_every_table_and_figure(hopeless):
    assert hopeless.results().keys() >= TABLE_FILES | FIGURE_FILES


def test_without_a_valid_linear_run_the_tables_say_so(hopeless):
    shown = table(hopeless, "table1", "html")
    assert "NO VALID RUN: none of the 20 runs reached training accuracy 1" in shown
    assert "2 FEWER than the 2 asked for: the limit of runs was reached" in shown
    assert "NO VALID RUN" in table(hopeless, "table2", "tex")
    rows = table(hopeless, "table2")
    assert rows[rows["quantity"] == "valid_rate"]["estimate"].item() == 0.0


def test_without_a_valid_relu_run_the_tables_say_so(hopeless):
    shown = table(hopeless, "table3", "html")
    assert "NO VALID RUN: none of the 10 networks reached training accuracy 1" in shown
    assert "2 FEWER than the 2 asked for: the limit of runs was reached" in shown
    assert "NO VALID RUN" in table(hopeless, "table4", "html")
    assert "NO VALID RUN" in table(hopeless, "table4", "tex")
    rows = table(hopeless, "relu")
    assert (rows.loc[rows["quantity"] == "valid_rate", "estimate"] == 0.0).all()


@pytest.mark.parametrize(
    "claim",
    [
        *("table2-cos", "figure2-cos", "table3-mean", "table4-ratio", "table7-small"),
        *("figure6-small", "theorem1-norm", "lemma2-bound", "theorem4-norm", "theorem5-bound"),
        *("theorem6-norm", "theorem7-energy", "initialisation-norm", "fo4-strides"),
        "meeting-points",
    ],
)
def test_rows_of_a_claim_are_found_again_by_plain_means(claim, finished):
    found = recompute_claim(claim, results=finished.folder / "results", runs=1)
    assert found.comparisons
    assert [one for one in found.comparisons if not one.agrees] == []
