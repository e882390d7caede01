"""From nothing to every table and figure."""

import os
import shutil
import signal
import subprocess
import time

import numpy as np
import pandas as pd
import pytest

pytestmark = [pytest.mark.snakemake, pytest.mark.xdist_group("snakemake")]


def test_one_command_makes_every_table_and_figure_in_every_format(finished):
    made = set(finished.results())
    tables = {f"results/tables/{t}.{k}" for t in ("table1", "table2", "batch_size", "dimension") for k in FORMATS}
    figures = {f"results/figures/figure2.{kind}" for kind in ("svg", "pdf", "png")}
    assert tables | figures | {"results/linear/experiments.parquet"} <= made


FORMATS = ("parquet", "csv", "tex", "html")


def test_nothing_is_left_to_do_afterwards(workspace):
    assert workspace.planned() == set()


def test_experiments_have_one_row_a_run_with_the_declared_columns(finished):
    rows = pd.read_parquet(finished.folder / "results" / "linear" / "experiments.parquet")
    wanted = {
        *("study", "d", "hidden", "batch_size", "column_scale", "seed", "enumerated", "n_points", "train_accuracy"),
        *("valid", "cos_theta1", "cos_theta2", "phi", "feature_norm", "minimal_ratio_mean", "optimal_ratio_min"),
    }
    assert wanted <= set(rows.columns)
    assert not rows.duplicated(["study", "d", "batch_size", "run"]).any()
    assert (rows[rows["study"] == "table2"].groupby("d").size() == 6).all()
    assert rows[rows["study"] == "table1"]["valid"].sum() == 2
    assert rows.groupby("d")["enumerated"].all().to_dict() == {3: True, 4: True, 5: False, 6: False}


def test_one_core_and_two_cores_give_the_same_bytes(finished, fresh):
    done = fresh.snakemake("--cores", "1")
    assert done.returncode == 0, done.stdout
    ours, theirs = fresh.results(), finished.results()
    assert [name for name in theirs if ours.get(name) != theirs[name]] == []


def test_a_run_killed_in_the_middle_can_be_finished_to_the_same_bytes(finished, fresh):
    log = (fresh.folder / "killed.log").open("w")
    running = subprocess.Popen(
        fresh.command("--cores", "2"), cwd=fresh.folder, stdout=log, stderr=log, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 120
        while not list(fresh.folder.glob("results/linear/*/*/*/training.parquet")):
            assert time.monotonic() < deadline, (fresh.folder / "killed.log").read_text()
            assert running.poll() is None
            time.sleep(0.02)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert not (fresh.folder / "results" / "figures").exists()
    # A half-written file of a killed job has a name of its own and is not taken for the result.
    (fresh.folder / "results" / "linear" / "experiments.parquet.1.tmp").write_bytes(b"half")
    assert fresh.snakemake("--unlock").returncode == 0
    done = fresh.snakemake("--cores", "2")
    assert done.returncode == 0, done.stdout
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
    fresh.configure({"linear": {"cos_theta2_threshold": 0.5}})
    assert fresh.planned() == {"make_table1", "make_table2", "make_batch_size_table", "all"}


def test_a_study_of_ones_own_is_computed_without_touching_the_others(workspace):
    workspace.configure({"linear": {"studies": {"wide": {"dims": [3], "hidden": [5, 9], "runs": 2}}}})
    done = workspace.snakemake("--cores", "2", "results/linear/experiments.parquet")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("rule train_affine:") == 2
    rows = pd.read_parquet(workspace.folder / "results" / "linear" / "experiments.parquet")
    assert set(rows[rows["study"] == "wide"]["hidden"]) == {5, 9}


def test_the_report_holds_the_tables_and_the_figure(workspace):
    done = workspace.snakemake("--cores", "1", "--report", "report.html")
    assert done.returncode == 0, done.stdout
    page = (workspace.folder / "report.html").read_text(encoding="utf-8")
    for shown in ("Tables", "Figures", "Table 1", "Table 2", "Batch size", "Figure 2"):
        assert shown in page


def test_without_a_valid_run_the_tables_say_so_and_the_workflow_ends_well(workspace):
    workspace.configure({"linear": {"learning_rate": 1e-9}})
    done = workspace.snakemake("--cores", "2")
    assert done.returncode == 0, done.stdout
    table1 = (workspace.folder / "results" / "tables" / "table1.html").read_text(encoding="utf-8")
    assert "NO VALID RUN: none of the 20 runs reached training accuracy 1" in table1
    assert "2 SHORT of the 2 asked for: max_runs was reached" in table1
    assert "NO VALID RUN" in (workspace.folder / "results" / "tables" / "table2.tex").read_text(encoding="utf-8")
    rows = pd.read_parquet(workspace.folder / "results" / "tables" / "table2.parquet")
    assert rows[rows["quantity"] == "valid_rate"]["estimate"].item() == 0.0
