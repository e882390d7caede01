"""What Snakemake itself costs, when nothing is to be done and for a sweep of a thousand jobs."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import yaml

from benchmarks.measure import median_seconds, seconds

ROOT = Path(__file__).parents[1]
SMALLEST = 'rule one:\n    output: "one"\n    params: value=1\n    shell: "touch {output}"\n'
SNAKEFILE = ROOT / "workflow" / "Snakefile"


def _snakemake(folder: Path, *arguments: str, snakefile: Path = SNAKEFILE) -> str:
    command = [sys.executable, "-m", "snakemake"]
    command += ["--snakefile", str(snakefile), "--directory", str(folder)]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout + done.stderr


def planning() -> pd.DataFrame:
    """Whole-process wall time of ``snakemake --dry-run``."""
    folder = Path(tempfile.mkdtemp())
    try:
        quick = ("--configfile", str(ROOT / "config" / "quick.yaml"))
        _snakemake(folder, "--cores", "all", *quick)
        nothing = _snakemake(folder, "--dry-run", *quick)
        assert "Nothing to be done" in nothing
        rows = [{"what": "nothing to be done", "jobs": 0}]
        rows[0]["s"] = median_seconds(lambda: _snakemake(folder, "--dry-run", *quick))

        # One training for every width, which makes about a thousand jobs with those that follow.
        plan = (*quick, str(_sweep(folder, 993)), "--dry-run")
        planned = _snakemake(folder, *plan, "--", "linear")
        jobs = int(re.search(r"^total\s+(\d+)", planned, flags=re.M)[1])
        elapsed = seconds(lambda: _snakemake(folder, *plan, "--quiet", "rules", "--", "linear"))
        rows.append({"what": "planning a sweep", "jobs": jobs, "s": elapsed})

        smallest = _smallest(folder / "smallest")
        rows.append({"what": "nothing to be done, one rule", "jobs": 0, "s": smallest})
        rows.append({"what": "snakemake --version", "jobs": 0, "s": median_seconds(_version)})
    finally:
        shutil.rmtree(folder)
    return pd.DataFrame(rows)


def cluster_jobs() -> pd.DataFrame:
    """Seconds to plan a sweep for Slurm, and the jobs of Slurm's that its steps are put into."""
    folder = Path(tempfile.mkdtemp())
    try:
        quick = ("--configfile", str(ROOT / "config" / "quick.yaml"))
        profile = ("--profile", str(ROOT / "profiles" / "slurm"), "--dry-run")
        rows = []
        for networks in (10, 30, 100, 300, 1000):
            plan = (*quick, str(_sweep(folder, networks)), *profile)
            planned = _snakemake(folder, *plan, "--", "linear")
            steps = int(re.search(r"^total\s+(\d+)", planned, flags=re.M)[1]) - 1  # and a target
            groups = len(re.findall(r"^\[.*\] Group job ", planned, flags=re.M))
            single = len(re.findall(r"^rule (?!linear:)", planned, flags=re.M))
            elapsed = seconds(lambda: _snakemake(folder, *plan, "--quiet", "rules", "--", "linear"))  # noqa: B023
            row = {"networks": networks, "steps": steps, "slurm_jobs": groups + single}
            rows.append(row | {"s": elapsed})
    finally:
        shutil.rmtree(folder)
    return pd.DataFrame(rows)


def _sweep(folder: Path, networks: int) -> Path:
    """Write a configuration with one small network for each of so many widths."""
    study = {"dims": [4], "hidden": list(range(1, networks + 1)), "runs": 1}
    file = folder / "sweep.yaml"
    file.write_text(yaml.safe_dump({"linear": {"studies": {"sweep": study}}}), encoding="utf-8")
    return file


def _smallest(folder: Path) -> float:
    """Return the seconds for a workflow of one rule and one parameter, Snakemake's own share."""
    folder.mkdir()
    snakefile = folder / "Snakefile"
    snakefile.write_text(SMALLEST, encoding="utf-8")
    _snakemake(folder, "--cores", "1", snakefile=snakefile)
    return median_seconds(lambda: _snakemake(folder, "--dry-run", snakefile=snakefile))


def _version() -> None:
    subprocess.run(
        [sys.executable, "-m", "snakemake", "--version"], capture_output=True, check=True
    )
