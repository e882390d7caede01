from pathlib import Path

import pytest
import torch

from fcflow.provenance import device
from fcflow.provenance.device import has_gpu


def test_the_configuration_can_decide():
    assert has_gpu("cuda")
    assert not has_gpu("cpu")


def test_auto_agrees_with_pytorch_where_the_driver_is_loaded():
    if torch.cuda.is_available():
        assert has_gpu("auto")
    elif not Path("/proc/driver/nvidia").exists():
        assert not has_gpu("auto")
    with pytest.raises(TypeError):
        has_gpu()


@pytest.fixture
def node(tmp_path, monkeypatch):
    """Pretend that NVIDIA's driver knows a GPU here, in a job of Slurm's."""
    (tmp_path / "0000:01:00.0").mkdir()
    monkeypatch.setattr(device, "_DRIVER", tmp_path)
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_a_gpu_that_a_job_was_not_granted_is_not_used(node, monkeypatch):
    assert not has_gpu("auto")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "NoDevFiles")
    assert not has_gpu("auto")


def test_a_gpu_that_a_job_was_granted_is_used(node, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert has_gpu("auto")
    assert not has_gpu("cpu")


def test_outside_of_a_job_every_gpu_may_be_used(node, monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID")
    assert has_gpu("auto")
