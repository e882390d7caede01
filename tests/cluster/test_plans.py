"""How many jobs a configuration is submitted as; nothing is run."""

import re
import subprocess
import sys
from importlib.util import find_spec

import pytest
import yaml
from tests.workflow.conftest import ROOT

pytestmark = [
    pytest.mark.snakemake,
    pytest.mark.skipif(
        not find_spec("snakemake_executor_plugin_slurm"),
        reason="needs snakemake-executor-plugin-slurm: make install-slurm",
    ),
]


def jobs(folder, *arguments: str) -> list[str]:
    """Return the jobs of a cluster that a run from nothing would submit."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--directory", str(folder)]
    command += ["--profile", str(ROOT / "profiles" / "slurm")]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = done.stdout + done.stderr
    groups = re.findall(r"^\[.*\] Group job (\S+) ", told, flags=re.M)
    single = re.findall(r"^rule (\w+):", told, flags=re.M)
    return sorted(groups) + sorted({*single} - {"all", "linear"})


def test_the_quick_configuration_is_two_jobs(tmp_path):
    quick = str(ROOT / "config" / "quick.yaml")
    assert jobs(tmp_path, "--configfile", quick) == ["paper", "steps0"]


def test_the_default_configuration_is_some_jobs_of_minutes(tmp_path):
    submitted = jobs(tmp_path)
    assert submitted[0] == "paper"
    assert all(name.startswith("steps") for name in submitted[1:])
    assert 3 <= len(submitted) <= 8


def test_a_sweep_of_a_thousand_networks_is_a_few_dozen_jobs(tmp_path):
    study = {"dims": [4], "hidden": list(range(1, 1001)), "runs": 1}
    sweep = tmp_path / "sweep.yaml"
    sweep.write_text(yaml.safe_dump({"linear": {"studies": {"sweep": study}}}), encoding="utf-8")
    quick = str(ROOT / "config" / "quick.yaml")
    submitted = jobs(tmp_path, "--configfile", quick, str(sweep), "--", "linear")
    assert submitted.count("steps0") == 1
    assert sum(name.startswith("linear-sweep-networks") for name in submitted) == 20
    assert len(submitted) <= 60
