from pathlib import Path

import pytest
import torch

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
