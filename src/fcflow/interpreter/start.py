"""Start the server and name the command that reaches it."""

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent


class Preloaded:
    """A server of its own for one run of the workflow.

    Attributes
    ----------
    command : str
        What to write before a script's name, quoted for a shell, in place of ``sys.executable``.

    Examples
    --------
    >>> with Preloaded() as python:
    ...     python.command.split()[1:3]
    ['-I', '-S']
    """

    def __init__(self) -> None:
        # Not in the run's folder: the address of a socket may have a hundred characters only.
        self._folder = tempfile.TemporaryDirectory(prefix="fcflow-")
        address = Path(self._folder.name) / "python"
        server = [sys.executable, str(_HERE / "server.py"), str(address)]
        self._server = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603
        self.command = shlex.join(
            [sys.executable, "-I", "-S", str(_HERE / "client.py"), str(address)]
        )

    def __enter__(self) -> "Preloaded":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and the steps that it still runs."""
        if self._server.stdin:
            self._server.stdin.close()
        self._server.wait()
        self._folder.cleanup()
