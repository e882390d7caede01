"""How steps come to be jobs of a cluster."""

import pytest
from tests.cluster.conftest import Submitting
from tests.interpreter.conftest import ANCESTORS

from fcflow.artifacts.tables import read_metadata

pytestmark = [pytest.mark.cluster, pytest.mark.snakemake, pytest.mark.xdist_group("cluster")]

TRAINING = "results/relu/table3/d3-s5/l1-m24-b8/training.parquet"


def test_steps_share_a_job_its_libraries_and_a_gpu_that_may_not_be_there(
    submitting: Submitting, finished
):
    script = submitting.folder / "workflow" / "scripts" / "train_relu.py"
    servers = f'{ANCESTORS}\nprint(len(ancestors()), file=open("servers", "w"))\n'
    script.write_text(servers + script.read_text(encoding="utf-8"), encoding="utf-8")

    before = len(submitting.slurm.jobs())
    files = [TRAINING, "results/tables/theorem1.csv"]
    arguments = submitting.arguments("--", *files, cores=2, gpus=1, partition="gpu")
    done = submitting.snakemake(*arguments)
    assert done.returncode == 0, done.stdout

    steps, paper = submitting.slurm.jobs()[before:]
    assert steps["Comment"].startswith("rule_steps0_")
    assert paper["Comment"].startswith("rule_paper_")
    # Two steps at a time, with room for both; a GPU where a step can use one.
    assert (steps["NumCPUs"], paper["NumCPUs"]) == ("2", "1")
    assert steps["TresPerJob"] == "gres:gpu:1"
    assert "TresPerJob" not in paper
    # The step was a fork of a process with the libraries; its node had no GPU after all.
    assert int((submitting.folder / "servers").read_text()) > 0
    assert read_metadata(submitting.folder / TRAINING)["device"] == "cpu"
    ours, theirs = submitting.results(), finished.results()
    assert [name for name in files if ours[name] != theirs[name]] == []
