"""The workflow as another workflow's module, in a folder of its own."""

import subprocess
import sys

import pytest
from tests.workflow.conftest import ROOT

pytestmark = pytest.mark.snakemake

ALONE = """
module fcflow:
    snakefile: "{root}/workflow/Snakefile"
use rule * from fcflow
"""
WITHIN = """
configfile: "own.yaml"
module fcflow:
    snakefile: "{root}/workflow/Snakefile"
    config: config["compression"]
    prefix: "compression"
use rule * from fcflow as fcflow_*
rule all:
    default_target: True
    input: rules.fcflow_claims.input
"""


@pytest.fixture
def start(tmp_path):
    """Return a function that runs Snakemake on a workflow with this one as its module."""

    def snakemake(workflow, *arguments, **files):
        (tmp_path / "Snakefile").write_text(workflow.format(root=ROOT), encoding="utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "snakemake", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    return snakemake


def test_a_module_without_a_configuration_has_the_shipped_one(start):
    done = start(ALONE, "--dry-run")
    assert done.returncode == 0, done.stdout
    assert "results/linear/table2/d12-s5/m3000-b64/training.parquet" in done.stdout


def test_a_module_runs_with_part_of_a_configuration_and_a_prefix(start, tmp_path):
    own = "compression: {linear: {hidden: 7}, theory: {lemma2: {dims: [1, 8], alphas: [0.1]}}}"
    done = start(WITHIN, "--dry-run", own=own)
    assert done.returncode == 0, done.stdout
    assert "compression/results/linear/table2/d12-s5/m7-b64/training.parquet" in done.stdout
    done = start(WITHIN, "--cores", "1", "compression/results/theory/lemma2.parquet")
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "compression" / "results" / "theory" / "lemma2.parquet").is_file()
    assert not (tmp_path / "results").exists()


def test_a_fault_in_a_modules_configuration_is_one_line(start):
    done = start(WITHIN, "--dry-run", own="compression: {sed: 3}")
    assert done.returncode != 0
    assert "config of the module fcflow: sed: unknown key, did you mean 'seed'?" in done.stdout
    assert "Traceback" not in done.stdout
