"""Start the server, and let Snakemake write what hands a step to it before the step's command."""

import atexit
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
# What Snakemake itself writes before every command of bash's where no prefix is set.
_STRICT = "set -euo pipefail; "
# What libraries read when they are loaded, as Snakemake sets it for a step of one thread.
_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


class Preloading:
    """A server of its own for one run of the workflow, which ends when this process does.

    Attributes
    ----------
    command : list of str
        What to write before ``python script.py``; nothing where ``FCFLOW_PRELOAD`` is 0 or this
        machine cannot have a server.
    """

    def __init__(self) -> None:
        self.command: list[str] = []
        self._server: subprocess.Popen[bytes] | None = None
        # Other systems have no names of sockets without files, or libraries that break when forked.
        if os.environ.get("FCFLOW_PRELOAD") == "0" or sys.platform != "linux":
            return
        name = f"fcflow-{secrets.token_hex(8)}"
        try:
            # It listens before the server has loaded anything: steps wait for that, not miss it.
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
                listener.bind(f"\0{name}")
                listener.listen(128)
                self._server = subprocess.Popen(  # noqa: S603
                    [sys.executable, str(_HERE / "server.py"), str(listener.fileno())],
                    env=os.environ | _ONE_THREAD,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[listener.fileno()],
                )
        except OSError:
            return
        self.command = [sys.executable, "-I", "-S", str(_HERE / "client.py"), name]

    def close(self) -> None:
        """End the server and every step that it has started."""
        if self._server and self._server.stdin:
            self._server.stdin.close()
            self._server.kill()  # it may be loading, and would notice only then
            self._server.wait()


def preload(shell: Any) -> None:
    """Start a server that ends with this process, and let Snakemake's ``shell`` hand steps to it.

    A command of several commands cannot be written behind the prefix: each rule has to be a script.
    """
    preloading = Preloading() if shutil.which("bash") else None
    if not preloading or not preloading.command:
        return
    atexit.register(preloading.close)
    # Snakemake takes braces for names of its own.
    command = shlex.join(preloading.command).replace("{", "{{").replace("}", "}}")
    shell.prefix(f"{_STRICT}{command} ")
