"""The same results however the workflow is started; nothing is vouched for that was not made."""

import json

import pytest

pytestmark = pytest.mark.snakemake

SETTINGS = "lines.linewidth: 5\nfont.size: 20\nsavefig.bbox: tight\ntext.usetex: True\n"


def test_a_notebooks_backend_and_a_users_settings_change_no_figure(workspace):
    figures = [f"results/figures/{name}.{kind}" for name in ("lemma2",) for kind in ("svg", "png")]
    before = {name: (workspace.folder / name).read_bytes() for name in figures}
    for name in figures:
        (workspace.folder / name).unlink()
    (workspace.folder / "matplotlibrc").write_text(SETTINGS)
    workspace.environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    done = workspace.snakemake("--cores", "1", *figures)
    assert done.returncode == 0, done.stdout
    assert {name: (workspace.folder / name).read_bytes() for name in figures} == before


def test_what_touch_makes_snakemake_believe_is_told_and_not_vouched_for(workspace):
    workspace.configure({"linear": {"studies": {"table2": {"epochs": 21}}}})
    done = workspace.snakemake("--cores", "1", "--touch")
    assert done.returncode == 0, done.stdout
    name = "results/linear/table2/d3-s5/m24-b64/training.parquet"
    assert done.stdout.count("perhaps by --touch") == 1
    assert f"{name}: was made with epochs 20, not 21" in done.stdout
    manifest = json.loads((workspace.folder / "results" / "provenance.json").read_text())
    assert name not in manifest["files"]
    assert "results/linear/table1/d3-s5/m24-b64/training.parquet" in manifest["files"]


def test_keys_given_twice_and_nested_values_of_the_command_line_are_read_or_refused(fresh):
    (fresh.folder / "tiny.yaml").write_text("seed: 1\nseed: 2\nlinear: {hidden: 016}")
    done = fresh.snakemake("--dry-run")
    assert done.returncode != 0
    assert "tiny.yaml: line 2: the key 'seed' is given in line 1 already" in done.stdout
    assert "tiny.yaml: line 3: 016 would be read as the octal number 14" in done.stdout
    fresh.configure({})
    done = fresh.snakemake("--dry-run", "--config", "linear={hidden: 7}", "--", "linear")
    assert done.returncode == 0, done.stdout
    assert "results/linear/table2/d3-s5/m7-b64/training.parquet" in done.stdout
