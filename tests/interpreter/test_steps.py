"""A step in a fork of the server is what it would be as a process of its own."""

import os
import signal
import subprocess
import sys

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


@pytest.fixture(params=["fork", "process"])
def steps(request, loaded) -> Steps:
    """Return steps in forks, and steps in processes of their own: what holds for both."""
    if request.param == "fork":
        return loaded
    return Steps(loaded.folder, [])


def test_it_has_the_folder_environment_and_files_of_who_asked_for_it(steps, tmp_path):
    source = (
        "import os, sys; print(os.getcwd(), os.environ['COLOUR'], os.environ.get('LEFT'),"
        " sys.stdin.read(), sys.argv == [__file__], __name__, sys.path[0])"
    )
    environment = steps.environment | {"COLOUR": "blü"}
    output = steps.output(source, typed="typed", cwd=tmp_path, env=environment)
    assert output == f"{tmp_path} blü None typed True __main__ {steps.folder}\n"


def test_a_script_named_relatively_is_found(steps, tmp_path):
    (tmp_path / "step.py").write_text("print(__file__)")
    command = [*steps.prefix, sys.executable, "step.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env=steps.environment, capture_output=True, text=True
    )
    assert done.stdout.endswith("step.py\n")


def test_it_holds_no_file_of_the_server(loaded):
    source = "import os; print(sorted(os.listdir('/proc/self/fd'))[:4])"
    # The fourth is that of the folder that is being listed.
    assert loaded.output(source) == "['0', '1', '2', '3']\n"


def test_it_is_a_fork_that_holds_the_libraries_and_no_module_of_fcflow(loaded):
    source = (
        "import sys; print(sorted({'numpy', 'timm', 'fcflow', 'client', 'server', 'start'} &"
        " set(sys.modules)))"
    )
    assert loaded.output(source) == "['numpy', 'timm']\n"


def test_what_libraries_load_when_first_used_is_loaded_too(loaded):
    late = {
        "pandera.backends.pandas.container",
        "fontTools.subset",
        "matplotlib.backends.backend_pdf",
    }
    source = f"import sys; print(sorted({late} & set(sys.modules)))"
    assert loaded.output(source) == f"{sorted(late)}\n"


@pytest.mark.parametrize(
    ("source", "status", "errors"),
    [
        ("pass", 0, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('sorry')", 1, "sorry\n"),
        ("import sys; sys.exit(-1)", 255, ""),
    ],
)
def test_it_ends_as_its_script_does(steps, source, status, errors):
    assert steps.run(source) == (status, "", errors)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGTERM"])
def test_one_that_a_signal_ends_is_seen_to_end_by_that_signal(steps, name):
    status, _, _ = steps.run(f"import os, signal; os.kill(os.getpid(), signal.{name})")
    assert status == -signal.Signals[name]


@pytest.mark.parametrize("source", ["def f(): 1 / 0\nf()", "x =", "raise KeyboardInterrupt"])
def test_a_failure_looks_the_same(loaded, source):
    def lines(steps: Steps) -> tuple[int, list[str]]:
        status, _, errors = steps.run(source)
        return status, [line for line in errors.splitlines() if "File" not in line]

    assert lines(loaded) == lines(Steps(loaded.folder, []))


def test_what_a_step_leaves_to_the_end_of_the_process_is_done(steps):
    source = """
import atexit, threading, time
atexit.register(print, "tidied")
threading.Thread(target=lambda: (time.sleep(0.3), print("awaited", end=" "))).start()
print("worked", end=" ")
raise SystemExit(4)
"""
    assert steps.run(source) == (4, "worked awaited tidied\n", "")


def test_what_libraries_leave_to_the_end_of_the_process_is_done(libraries, started):
    (libraries / "numpy" / "__init__.py").write_text("import atexit; atexit.register(print, 'np')")
    _, steps = started()
    assert steps.output("print('worked', end=' ')") == "worked np\n"


def test_steps_share_no_state(loaded):
    loaded.output("import numpy, os; numpy.state = 1; os.environ['LEFT'] = '1'")
    source = "import numpy, os; print(hasattr(numpy, 'state'), 'LEFT' in os.environ)"
    assert loaded.output(source) == "False False\n"


def test_no_two_steps_draw_the_same_random_numbers(steps):
    source = "import random, numpy; print(random.random(), numpy.random.random())"
    first, second = steps.output(source).split(), steps.output(source).split()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_its_own_processes_end_for_it_as_ever(steps):
    source = "import subprocess; print(subprocess.run(['false']).returncode)"
    assert steps.output(source) == "1\n"


def test_it_ends_with_the_process_that_waits_for_it(loaded):
    waiting = loaded.start("import os, time; print(os.getpid(), flush=True); time.sleep(600)")
    [step] = first_line(waiting)
    assert is_running(step)
    waiting.kill()
    waiting.wait()
    wait_for(lambda: not is_running(step))


def test_one_whose_parent_is_killed_is_killed(loaded):
    waiting = loaded.start(
        ANCESTORS + "import time; print(os.getpid(), *ancestors(), flush=True); time.sleep(600)"
    )
    step, parent, *_ = first_line(waiting)
    kill(parent)
    assert waiting.wait(timeout=60) == -signal.SIGKILL
    wait_for(lambda: not is_running(step))


def test_a_terminals_ctrl_c_reaches_it_and_lets_it_tidy_up(libraries, tmp_path):
    # A process group of its own, as a shell gives the workflow one.
    source = f"""
import os, signal, subprocess, sys
from fcflow.interpreter.start import Preloading
os.setpgid(0, 0)
signal.signal(signal.SIGINT, lambda *_: None)
preloading = Preloading()
step = [*preloading.command, sys.executable, {str(tmp_path / "step.py")!r}]
print(subprocess.run(step).returncode, flush=True)
"""
    (tmp_path / "step.py").write_text(
        "import time\ntry:\n    print('begun', flush=True); time.sleep(600)\n"
        "finally:\n    time.sleep(0.5); print('tidied', flush=True)\n"
    )
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": f"{libraries}:{':'.join(sys.path)}"}
    workflow = Steps(tmp_path, []).start(source, env=environment)
    assert workflow.stdout.readline() == "begun\n"
    subprocess.run(["kill", "-INT", "--", f"-{workflow.pid}"], check=True)
    output, errors = workflow.communicate(timeout=60)
    assert output.splitlines() == ["tidied", str(-signal.SIGINT)]
    assert errors.endswith("KeyboardInterrupt\n")


def test_with_more_threads_than_the_libraries_were_loaded_with_it_is_a_process_of_its_own(loaded):
    environment = loaded.environment | {"OMP_NUM_THREADS": "2"}
    assert loaded.output(STAGES_LOADED, env=environment) == NO_STAGE


def test_an_environment_that_is_too_long_for_a_message_is_no_obstacle(loaded):
    environment = loaded.environment | {f"LONG{n}": "x" * 100_000 for n in range(5)}
    source = "import os; print(len(os.environ['LONG4']))"
    assert loaded.output(source, env=environment) == "100000\n"


def test_whatever_is_not_a_script_is_left_to_an_ordinary_process(loaded):
    source = "import sys; print(sys.executable, 'numpy' in sys.modules)"
    done = subprocess.run(
        [*loaded.prefix, sys.executable, "-c", source], capture_output=True, text=True
    )
    assert done.stdout == f"{sys.executable} False\n"
    assert subprocess.run([*loaded.prefix, "false"]).returncode == 1
