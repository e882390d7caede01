"""An interpreter that holds the libraries and becomes a step's process when asked: ``python server.py SOCKET``.

It ends, with all its steps, when its standard input does: with the workflow.
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn


def _check_a_table() -> None:
    """Check a table of one value: pandera loads most of itself when it is first used."""
    pandas, pandera = importlib.import_module("pandas"), importlib.import_module("pandera.pandas")
    pandera.DataFrameSchema({"value": pandera.Column(int)}).validate(
        pandas.DataFrame({"value": [1]})
    )


def _draw_a_figure() -> None:
    """Draw an empty figure in every format: matplotlib and what it writes fonts with do so too."""
    figure = importlib.import_module("matplotlib.figure").Figure()
    figure.subplots().set_title("$d$")
    with importlib.import_module("matplotlib").rc_context({"pdf.fonttype": 42}):
        for kind in ("svg", "pdf", "png"):
            figure.savefig(io.BytesIO(), format=kind)


# What the package itself depends on, in the order in which a run's first steps need it, and what is
# done once so that no step has to do it first. While one process serves with what it has, a fork of
# it loads the next stage: no step waits for a library that it may not need.
STAGES = (
    (
        (
            "numpy",
            "pandas",
            "pyarrow.dataset",
            "pandera.pandas",
            "snakemake.script",
            "numba",
            "safetensors.numpy",
        ),
        _check_a_table,
    ),
    (
        ("scipy.stats", "scipy.optimize", "matplotlib.pyplot", "great_tables", "torch"),
        _draw_a_figure,
    ),
    (("torchvision", "timm", "foolbox"), lambda: None),
)


@dataclass(frozen=True)
class Step:
    """A script to run, with the folder, the environment and the open files of the process that asked for it."""

    script: str
    folder: str
    environment: dict[str, str]
    files: list[int]

    def run(self) -> NoReturn:
        """Run the script as this process's main program."""
        for number, file in enumerate(self.files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        sys.argv = [self.script]
        sys.path.insert(0, str(Path(self.script).parent))
        status = 1
        try:
            runpy.run_path(self.script, run_name="__main__")
            status = 0
        except SystemExit as ended:
            status = _status(ended.code)
        except BaseException:
            traceback.print_exc()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        # Not through the interpreter's own end: it would visit every object of every library, for
        # two seconds.
        os._exit(status)


def _status(code: object) -> int:
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    return code if isinstance(code, int) else int(code is not None)


@dataclass
class Server:
    """The steps under way, each known by its process and by the connection of the client that waits for it."""

    listener: socket.socket
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    clients: dict[int, socket.socket] = field(default_factory=dict)
    woken: tuple[int, int] = field(default_factory=os.pipe)

    def __post_init__(self) -> None:
        for end in self.woken:
            os.set_blocking(end, False)
        # A terminal's Ctrl-C reaches the steps as well; this process ends when the workflow has.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.woken[1])
        for source in (self.listener, sys.stdin.fileno(), self.woken[0]):
            self.selector.register(source, selectors.EVENT_READ)

    def serve(self, timeout: float | None) -> Step | None:
        """Answer what has arrived; return a step in the process that is to run it, and None in the server."""
        for key, _ in self.selector.select(timeout):
            if key.fileobj is self.listener:
                if step := self._accept():
                    return step
            elif key.fd == self.woken[0]:
                self._report_ended()
            elif key.fd == sys.stdin.fileno():
                self._end()
            else:
                os.kill(key.data, signal.SIGKILL)  # its client is gone, or spoke out of turn
                self.selector.unregister(key.fileobj)
        return None

    def _accept(self) -> Step | None:
        connection, _ = self.listener.accept()
        try:
            _, files, _, _ = socket.recv_fds(connection, 1, 3)
            with connection.makefile("rb") as stream:
                asked = json.loads(stream.readline())
        except (OSError, ValueError):  # the client was killed while it asked
            connection.close()
            return None
        process = _fork()
        if process:
            for file in files:
                os.close(file)
            self.clients[process] = connection
            self.selector.register(connection, selectors.EVENT_READ, process)
            return None
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.selector.close()
        for one in (self.listener, connection, *self.clients.values()):
            one.close()
        for end in self.woken:
            os.close(end)
        return Step(**asked, files=files)

    def _report_ended(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self.woken[0], 4096)
        while self.clients:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                break
            connection = self.clients.pop(process)
            if connection in self.selector.get_map():
                self.selector.unregister(connection)
            with contextlib.suppress(OSError):
                connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            connection.close()

    def _end(self) -> None:
        for process in self.clients:
            os.kill(process, signal.SIGKILL)
        os._exit(0)  # at once: nothing here is worth tidying


def _fork() -> int:
    with warnings.catch_warnings():
        # Python warns of forks beside threads: the one here is Arrow's allocator's, which minds
        # forks.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def main() -> None:
    """Load the libraries and serve at SOCKET0, SOCKET1, ...; in a forked process, run the step."""
    sys.path.pop(0)  # this file's folder: its modules' names are not for steps to find
    for stage, (libraries, rehearse) in enumerate(STAGES):
        for library in libraries:
            with contextlib.suppress(ImportError):  # the step that needs it tells what is wrong
                importlib.import_module(library)
        with contextlib.suppress(ImportError):
            rehearse()
        gc.freeze()  # a step's collections of garbage leave the libraries alone, and so shared
        if stage + 1 == len(STAGES) or _fork():
            break
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(f"{sys.argv[1]}{stage}")
    except FileNotFoundError:  # the workflow is over already, and has tidied up
        os._exit(0)  # without the libraries' farewells
    listener.listen(128)
    server, step = Server(listener), None
    while not step:
        step = server.serve(None)
    step.run()


if __name__ == "__main__":
    main()
