"""Steps that start in a fork of one interpreter."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fcflow.interpreter import client, server
from fcflow.interpreter.start import Preloaded


@pytest.fixture(scope="module")
def python() -> Iterator[Preloaded]:
    with Preloaded() as preloaded:
        wait_for(lambda: Path(f"{address(preloaded)}{len(server.STAGES) - 1}").exists())
        yield preloaded


def address(python: Preloaded) -> str:
    return shlex.split(python.command)[-1]


def run(
    python: Preloaded, folder: Path, source: str, **options
) -> subprocess.CompletedProcess[str]:
    script = folder / "step.py"
    script.write_text(source)
    return subprocess.run(
        [*shlex.split(python.command), script], capture_output=True, text=True, **options
    )


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_step_has_the_folder_environment_and_files_of_who_asked_for_it(python, tmp_path):
    told = (
        "import os, sys; print(os.getcwd(), os.environ['COLOUR'], sys.stdin.read(), sys.argv,"
        " __name__)"
    )
    done = run(
        python, tmp_path, told, cwd=tmp_path, env={**os.environ, "COLOUR": "blue"}, input="typed"
    )
    assert done.stdout == f"{tmp_path} blue typed ['{tmp_path / 'step.py'}'] __main__\n"


def test_a_step_is_a_fork_that_holds_the_libraries_and_no_module_of_fcflow(python, tmp_path):
    told = (
        "import sys; print(sorted({'numpy', 'timm', 'fcflow', 'client', 'server'} &"
        " set(sys.modules)))"
    )
    assert run(python, tmp_path, told).stdout == "['numpy', 'timm']\n"


def test_what_libraries_load_when_first_used_is_loaded_too(python, tmp_path):
    late = {
        "pandera.backends.pandas.container",
        "fontTools.subset",
        "matplotlib.backends.backend_pdf",
    }
    told = f"import sys; print(sorted({late} & set(sys.modules)))"
    assert run(python, tmp_path, told).stdout == f"{sorted(late)}\n"


def test_every_stage_of_the_server_is_asked_for(python):
    assert len(server.STAGES) == client._STAGES


def test_a_step_ends_as_its_script_does(python, tmp_path):
    assert run(python, tmp_path, "pass").returncode == 0
    assert run(python, tmp_path, "raise SystemExit(3)").returncode == 3
    told = run(python, tmp_path, "raise SystemExit('sorry')")
    assert (told.returncode, told.stderr) == (1, "sorry\n")
    failed = run(python, tmp_path, "1 / 0")
    assert failed.returncode == 1
    assert failed.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_step_that_a_signal_ends_is_seen_to_end_by_that_signal(python, tmp_path):
    script = tmp_path / "step.py"
    script.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert subprocess.run([*shlex.split(python.command), str(script)]).returncode == -signal.SIGKILL


def test_what_a_step_leaves_to_the_end_of_the_process_is_done(python, tmp_path):
    done = run(
        python,
        tmp_path,
        "import atexit; atexit.register(print, 'tidied'); print('worked', end=' ')",
    )
    assert done.stdout == "worked tidied\n"


def test_steps_share_no_state(python, tmp_path):
    run(
        python,
        tmp_path,
        "import numpy, os; numpy.state = 1; numpy.random.seed(0); os.environ['LEFT'] = '1'",
    )
    assert (
        run(
            python,
            tmp_path,
            "import numpy, os; print(hasattr(numpy, 'state'), 'LEFT' in os.environ)",
        ).stdout
        == "False False\n"
    )


def test_a_step_ends_with_the_process_that_waits_for_it(python, tmp_path):
    script, told = tmp_path / "step.py", tmp_path / "told"
    script.write_text(
        f"import os, time; open({str(told)!r}, 'w').write(f'{{os.getpid()}}.'); time.sleep(600)"
    )
    waiting = subprocess.Popen([*shlex.split(python.command), str(script)])
    wait_for(lambda: told.exists() and told.read_text().endswith("."))
    step = int(told.read_text()[:-1])
    assert is_running(step)
    waiting.kill()
    waiting.wait()
    wait_for(lambda: not is_running(step))


def test_the_steps_end_with_the_server(tmp_path):
    script, told = tmp_path / "step.py", tmp_path / "told"
    script.write_text(
        f"import os, time; open({str(told)!r}, 'w').write(f'{{os.getpid()}}.'); time.sleep(600)"
    )
    with Preloaded() as python:
        wait_for(lambda: Path(f"{address(python)}0").exists())
        waiting = subprocess.Popen(
            [*shlex.split(python.command), str(script)], stderr=subprocess.PIPE, text=True
        )
        wait_for(lambda: told.exists() and told.read_text().endswith("."))
    assert waiting.communicate()[1].startswith(
        "The process that held the libraries ended before this step did."
    )
    assert waiting.returncode == 1
    wait_for(lambda: not is_running(int(told.read_text()[:-1])))


def test_where_no_server_answers_a_step_is_a_process_of_its_own(tmp_path):
    with Preloaded() as python:
        pass
    assert run(python, tmp_path, "import sys; print('numpy' in sys.modules)").stdout == "False\n"


def test_whatever_is_not_a_script_is_left_to_an_ordinary_interpreter(python):
    command = [*shlex.split(python.command), "-c", "import sys; print(sys.executable)"]
    assert subprocess.run(command, capture_output=True, text=True).stdout.strip() == sys.executable
