"""What a user sees when something is wrong."""

import pytest

pytestmark = pytest.mark.snakemake


def test_an_invalid_configuration_stops_before_any_job_with_every_fault(fresh):
    fresh.configure({"seed": -1, "linear": {"batch_size": 0, "epocs": 3}})
    done = fresh.snakemake("--cores", "2")
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    told = [line for line in done.stdout.splitlines() if line.startswith("tiny.yaml: ")]
    assert told == [
        "tiny.yaml: linear.batch_size: must be ≥ 1, got 0",
        "tiny.yaml: linear.epocs: unknown key, did you mean 'epochs'?",
        "tiny.yaml: seed: must be ≥ 0, got -1",
    ]
    assert not (fresh.folder / "results").exists()


def test_a_value_given_on_the_command_line_is_told_as_such(fresh):
    done = fresh.snakemake("--cores", "2", "--dry-run", "--config", "sed=3")
    assert done.returncode != 0
    assert "--config: sed: unknown key, did you mean 'seed'?" in done.stdout


def test_a_value_overridden_on_the_command_line_is_told_as_such(fresh):
    done = fresh.snakemake("--cores", "2", "--dry-run", "--config", "device=gpu")
    assert "--config: device: must be 'auto', 'cpu' or 'cuda', got 'gpu'" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_configuration_that_is_not_yaml_is_told_without_a_traceback(fresh):
    # Snakemake reads the file before the workflow has a say, and names none; ``fcflow check`` names
    # file and line.
    (fresh.folder / "tiny.yaml").write_text("linear: [1", encoding="utf-8")
    done = fresh.snakemake("--cores", "2")
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    assert "Config file is not valid JSON or YAML" in done.stdout


def test_a_missing_configuration_file_is_told(fresh):
    (fresh.folder / "tiny.yaml").unlink()
    done = fresh.snakemake("--cores", "2")
    assert done.returncode != 0
    assert done.stdout.rstrip().endswith("No such file or directory: 'tiny.yaml'")


def test_a_truncated_artifact_is_told_with_its_name_and_the_step_to_rerun(workspace):
    name = "results/linear/table1/d3-s5/problems.parquet"
    file = workspace.folder / name
    file.write_bytes(file.read_bytes()[:100])
    done = workspace.snakemake("--cores", "1")
    assert done.returncode != 0
    assert "fcflow: train_affine (study=table1, data=d3-s5, net=m24-b64) failed:" in done.stdout
    assert f"{name}: cannot be read as Parquet" in done.stdout
    assert "the step generate_hypercubes makes it" in done.stdout
    assert "log: logs/linear/table1/d3-s5/m24-b64/train_affine.log" in done.stdout
    assert "Traceback" not in done.stdout
    log = workspace.folder / "logs/linear/table1/d3-s5/m24-b64/train_affine.log"
    assert "Traceback" in log.read_text(encoding="utf-8")
    file.unlink()
    assert workspace.snakemake("--cores", "2").returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "linear/table1/d3-s5/m24-b64/weights.safetensors",
        "relu/table4/d3-s5/l1-m24-b8/weights.safetensors",
    ],
)
def test_a_missing_weights_file_is_made_again(workspace, name):
    weights = workspace.folder / "results" / name
    before = weights.read_bytes()
    weights.unlink()
    done = workspace.snakemake("--cores", "2", str(weights.relative_to(workspace.folder)))
    assert done.returncode == 0, done.stdout
    assert weights.read_bytes() == before


def test_each_job_leaves_a_log_with_its_progress(finished):
    log = finished.folder / "logs/linear/table2/d3-s5/m24-b64/train_affine.log"
    assert "runs: 100%" in log.read_text(encoding="utf-8")
