import subprocess
import sys

import pytest

import fcflow


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, fcflow; "
        "print([name for name in ('numpy', 'torch', 'numba', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_public_names_can_be_imported():
    for name in fcflow.__all__:
        assert getattr(fcflow, name) is not None
    assert dir(fcflow) == sorted(fcflow.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nearest'"):
        fcflow.nearest  # noqa: B018
