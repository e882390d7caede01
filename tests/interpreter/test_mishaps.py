"""Whatever becomes of the server, steps run."""

import os
import subprocess
import sys
from typing import ClassVar

import pytest
from tests.interpreter.conftest import (
    ANCESTORS,
    NO_STAGE,
    ONE_THREAD,
    STAGES_LOADED,
    Steps,
    first_line,
    is_running,
    kill,
    wait_for,
)

from fcflow.interpreter import server
from fcflow.interpreter.start import preload

SLEEP = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
MISHAPS = {
    "killed": "import os; os.kill(os.getpid(), 9)",
    "crashed": "import os; os.kill(os.getpid(), 11)",
    "RuntimeError": "raise RuntimeError('no')",
    "ImportError": "raise ImportError('no')",
    "SystemExit": "raise SystemExit(0)",
}


class Shell:
    """What a workflow calls ``shell``."""

    prefixes: ClassVar[list[str]] = []
    prefix = prefixes.append


def loaded_before(stage: int) -> str:
    return f"{[number < stage for number in range(len(server.STAGES))]}\n"


@pytest.mark.parametrize("stage", range(len(server.STAGES)))
@pytest.mark.parametrize("mishap", MISHAPS)
def test_what_ends_loading_leaves_what_was_loaded_before(stage, mishap, libraries, started):
    library = server.STAGES[stage][0][0].split(".")[0]
    (libraries / library / "__init__.py").write_text(MISHAPS[mishap])
    _, steps = started()
    wait_for(lambda: steps.output(STAGES_LOADED) == loaded_before(stage))
    assert steps.output(STAGES_LOADED) == loaded_before(stage)


def test_steps_that_wait_for_a_server_that_dies_run_by_themselves(libraries, started):
    (libraries / "numpy" / "__init__.py").write_text("import time; time.sleep(600)")
    preloading, steps = started()
    (libraries / "numpy" / "__init__.py").touch()
    waiting = [steps.start("import os; print(os.getpid())") for _ in range(3)]
    with pytest.raises(subprocess.TimeoutExpired):
        waiting[0].wait(timeout=1)
    kill(preloading._server.pid)
    for process in waiting:
        assert process.communicate(timeout=60) == (f"{process.pid}\n", "")
        assert process.returncode == 0


def test_steps_under_way_outlive_the_server_and_later_ones_run_by_themselves(libraries, started):
    _, steps = started()
    wait_for(lambda: steps.output(STAGES_LOADED) == loaded_before(len(server.STAGES)))
    process = steps.start(
        ANCESTORS + "print(os.getpid(), *ancestors(), flush=True); input(); print('done')"
    )
    step, _, *servers = first_line(process)
    for each in servers:
        kill(each)
    wait_for(lambda: steps.output(STAGES_LOADED) == NO_STAGE)
    assert is_running(step)
    assert process.communicate("\n", timeout=60) == ("done\n", "")
    assert process.returncode == 0


def test_everything_ends_with_the_workflow_in_silence(libraries, started):
    preloading, steps = started()
    process = steps.start(SLEEP)
    [step] = first_line(process)
    preloading.close()
    assert process.communicate(timeout=60) == ("", "")
    wait_for(lambda: not is_running(step))
    assert steps.output(STAGES_LOADED) == NO_STAGE


@pytest.mark.parametrize("signal", ["KILL", "TERM"])
@pytest.mark.parametrize("loading", [False, True])
def test_everything_ends_with_a_workflow_that_is_killed(signal, loading, libraries, tmp_path):
    if loading:
        (libraries / "torchvision" / "__init__.py").write_text("import time; time.sleep(600)")
    (tmp_path / "step.py").write_text(
        ANCESTORS + "import time; print(os.getpid(), *ancestors(), flush=True); time.sleep(600)"
    )
    source = f"""
import subprocess, sys
from fcflow.interpreter.start import Preloading
preloading = Preloading()
subprocess.run([*preloading.command, sys.executable, {str(tmp_path / "step.py")!r}])
"""
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": f"{libraries}:{':'.join(sys.path)}"}
    workflow = Steps(tmp_path, []).start(source, env=environment)
    processes = first_line(workflow)
    subprocess.run(["kill", f"-{signal}", str(workflow.pid)], check=True)
    wait_for(lambda: not any(is_running(process) for process in processes))
    assert workflow.communicate(timeout=60) == ("", "")


@pytest.mark.parametrize("name", ["x" * 150, "missing/folder"])
def test_the_folder_for_temporary_files_is_not_needed(
    name, libraries, started, tmp_path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path / name))
    _, steps = started()
    wait_for(lambda: steps.output(STAGES_LOADED) == loaded_before(len(server.STAGES)))


def test_another_users_server_is_handed_nothing(libraries, started, monkeypatch):
    _, steps = started()
    client = steps.prefix[3]
    source = (
        f"import os, runpy, sys; sys.argv = sys.argv[1:]; os.getuid = lambda: 12345;"
        f" runpy.run_path({client!r}, run_name='__main__')"
    )
    steps.prefix = [sys.executable, "-c", source, client, steps.prefix[4]]
    assert steps.output(STAGES_LOADED) == NO_STAGE


@pytest.mark.parametrize("attribute", ["AF_UNIX", "SOCK_SEQPACKET"])
def test_where_there_are_no_such_sockets_there_is_no_server(attribute, monkeypatch):
    monkeypatch.setattr(f"socket.{attribute}", 9999)
    preload(Shell)
    assert Shell.prefixes == []


def test_it_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("FCFLOW_PRELOAD", "0")
    preload(Shell)
    assert Shell.prefixes == []


def test_where_snakemake_has_no_bash_its_commands_are_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    preload(Shell)
    assert Shell.prefixes == []
