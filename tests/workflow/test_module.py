"""The workflow as another workflow's module, in a folder of its own."""

import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.workflow.conftest import ROOT, WORKFLOW

pytestmark = pytest.mark.snakemake

ALONE = """
module fcflow:
    snakefile: "{snakefile}"
use rule * from fcflow
"""
WITHIN = """
configfile: "own.yaml"
module fcflow:
    snakefile: "{snakefile}"
    config: config["compression"]
    prefix: "compression"
use rule * from fcflow as fcflow_*
rule all:
    default_target: True
    input: rules.fcflow_claims.input
"""
# What `snakedeploy deploy-workflow` writes, beside copies of config/ and profiles/.
DEPLOYED = """
configfile: "config/config.yaml"
module fcflow:
    snakefile: "{snakefile}"
    config: config
use rule * from fcflow
"""
HERE = str(ROOT / "workflow" / "Snakefile")


@pytest.fixture
def start(tmp_path):
    """Return a function that runs Snakemake on a workflow with this one as its module."""

    def snakemake(workflow, *arguments, snakefile=HERE, **files):
        text = workflow.format(snakefile=snakefile)
        (tmp_path / "Snakefile").write_text(text, encoding="utf-8")
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


@pytest.fixture
def repository(tmp_path):
    """Return a repository with the workflow as it is now, committed."""
    folder = tmp_path / "repository"
    for name in WORKFLOW:
        shutil.copytree(ROOT / name, folder / name, symlinks=True)
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    commit = ["commit", "--quiet", "--message", "All"]
    subprocess.run(["git", *identity, *commit], cwd=folder, check=True)
    return folder


@pytest.fixture
def server(repository):
    """Return the address of a web server that has the repository's files."""
    handler = partial(SimpleHTTPRequestHandler, directory=repository)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_a_module_on_a_web_server_is_fetched_with_its_scripts_and_configuration(
    start, server, tmp_path
):
    snakefile = f"{server}/workflow/Snakefile"
    target = "results/theory/lemma2.parquet"
    done = start(ALONE, "--cores", "1", "--", target, snakefile=snakefile)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / target).is_file()
    done = start(ALONE, "--dry-run", "--", target, snakefile=snakefile)
    assert "Nothing to be done" in done.stdout


def test_a_deployed_commit_of_a_repository_runs_with_a_configuration_of_its_own(
    start, repository, tmp_path
):
    snakefile = f"git+file://{repository}/workflow/Snakefile@main"
    for name in ("config", "profiles"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.rmtree(repository / "workflow")  # what was committed counts
    target = "results/theory/lemma2.parquet"
    done = start(DEPLOYED, "--cores", "1", "--", target, snakefile=snakefile)
    assert done.returncode == 0, done.stdout
    assert "profiles/default" in done.stdout
    assert (tmp_path / target).is_file()

    config = tmp_path / "config" / "config.yaml"
    config.write_text(config.read_text().replace("\nseed:", "\nsed:"))
    done = start(DEPLOYED, "--dry-run", snakefile=snakefile)
    assert "config/config.yaml: sed: unknown key, did you mean 'seed'?" in done.stdout
