"""Load the libraries and run each step that is asked for in a fork: ``python server.py LISTENER``.

The process keeps nothing about its steps: each has a parent of its own, which tells the client how
it ended. Whatever ends this process therefore ends no step, and a client that has not heard of its
step's beginning knows that there is none. All of them end with standard input: with the workflow.
"""

import atexit
import contextlib
import gc
import importlib
import io
import os
import runpy
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path


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


Stage = tuple[Sequence[str], Callable[[], None]]
# What the package itself depends on, in the order in which a run's first steps need it, and what is
# done once so that no step has to do it first.
STAGES: Sequence[Stage] = (
    (
        (
            *("numpy", "pandas", "pyarrow.dataset", "pandera.pandas"),
            *("snakemake.script", "numba", "safetensors.numpy"),
        ),
        _check_a_table,
    ),
    (("scipy.stats", "scipy.optimize", "matplotlib.pyplot", "torch"), _draw_a_figure),
    (("torchvision", "timm", "foolbox"), lambda: None),
)
_WORKFLOW = 0  # standard input: what ends with the workflow
# Bytes: Linux lets no process have arguments and an environment as long as this.
_LONGEST_MESSAGE = 2**23


class Step:
    """The step that this process becomes: how it ends, however Python comes to end."""

    status = 1

    def run(self, script: str) -> None:
        """Run the script as this process's main program."""
        try:
            runpy.run_path(script, run_name="__main__")
            self.status = 0
        except SystemExit as ended:
            if isinstance(ended.code, int | None):
                self.status = (ended.code or 0) & 0xFF
            else:
                sys.stderr.write(f"{ended.code}\n")
        except BaseException as error:
            trace = error.__traceback__
            while trace and trace.tb_frame.f_code.co_filename != script:
                trace = trace.tb_next
            sys.excepthook(type(error), error.with_traceback(trace), trace)
            self.status = -signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1

    def end(self) -> None:
        """End this process without visiting every object of every library, for two seconds."""
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            if self.status < 0:
                signal.signal(-self.status, signal.SIG_DFL)
                os.kill(os.getpid(), -self.status)
        finally:
            os._exit(self.status)


def _load(listener: socket.socket) -> socket.socket:
    """Load one stage after the other, while a fork serves with those before; then serve."""
    deputy, loader = 0, os.getpid()
    for number, (libraries, rehearse) in enumerate(STAGES, 1):
        # A library that fails fails here: the deputy serves on with those that do not.
        for library in libraries:
            importlib.import_module(library)
        rehearse()
        gc.freeze()  # a step's collections of garbage leave the libraries alone, and so shared
        if deputy:
            os.kill(deputy, signal.SIGTERM)
            os.waitpid(deputy, 0)
        deputy = os.fork() if number < len(STAGES) else 0
        if not deputy:
            break
    return _serve(listener, loader)


def _serve(listener: socket.socket, loader: int) -> socket.socket:
    """Fork for whoever connects; return the connection, in the fork."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how the forks end
    while True:
        ready, _, _ = select.select([listener.fileno(), _WORKFLOW], [], [])
        if _WORKFLOW in ready:
            if os.getppid() == loader:  # it is loading, and would notice only then
                os.kill(loader, signal.SIGKILL)
            os._exit(0)
        connection, _ = listener.accept()
        with contextlib.suppress(OSError):  # no room for a process: the client gets no answer
            if not os.fork():
                listener.close()
                return connection
        connection.close()


def _attend(connection: socket.socket, prepare: Callable[[], None]) -> str:
    """Start the step that is asked for and tell its end; return its script, in the step."""
    user = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[4:8]
    if int.from_bytes(user, sys.byteorder) != os.getuid():  # every user can connect
        os._exit(1)
    message, files, _, _ = socket.recv_fds(connection, _LONGEST_MESSAGE, 4)
    script, *variables = message.split(b"\0")
    environment = dict(variable.split(b"=", 1) for variable in variables)
    # Libraries have read how many threads they may have.
    fixed = {name: n for name, n in os.environb.items() if name.endswith(b"_NUM_THREADS")}
    if any(environment.get(name) != n for name, n in fixed.items()):
        os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    step = os.fork()
    if not step:
        _take_over(files, environment)
        prepare()
        connection.send(str(os.getpid()).encode())
        connection.close()
        return os.fsdecode(script)
    for file in files:
        os.close(file)
    threading.Thread(target=_end_with, args=(step, connection), daemon=True).start()
    status = os.waitstatus_to_exitcode(os.waitpid(step, 0)[1])
    with contextlib.suppress(OSError):
        connection.send(f"{step} {status}".encode())
    os._exit(0)


def _end_with(step: int, connection: socket.socket) -> None:
    """End the step when the workflow or whoever asked for it ends."""
    select.select([connection.fileno(), _WORKFLOW], [], [])
    os.kill(step, signal.SIGKILL)


def _take_over(files: list[int], environment: dict[bytes, bytes]) -> None:
    """Make the files, the folder and the environment of who asked this process's own."""
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
    os.fchdir(files[3])
    for file in files:
        os.close(file)
    os.environb.clear()
    os.environb.update(environment)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=sys.stdout.isatty())


def main() -> None:
    """Serve; in a fork, run a step."""
    step = Step()
    atexit.register(step.end)  # before the libraries register theirs: this one is called last
    if not sys.flags.safe_path:
        sys.path.pop(0)  # this file's folder: its modules' names are not for steps to find
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends when the workflow has

    def prepare() -> None:
        signal.signal(signal.SIGINT, interrupt)
        # Python's own generator does so in every fork: no two steps begin with the same numbers.
        importlib.import_module("numpy.random").seed()

    script = _attend(_load(socket.socket(fileno=int(sys.argv[1]))), prepare)
    sys.argv = [script]
    if not sys.flags.safe_path:
        sys.path.insert(0, str(Path(script).parent))
    step.run(script)


if __name__ == "__main__":
    main()
