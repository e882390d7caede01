"""Run a script in a fork of the server: ``python -I -S client.py SOCKET SCRIPT``.

Anything but a script's name, and any script for which no server answers, is left to an ordinary
interpreter.
"""

import json
import os
import signal
import socket
import sys

_STAGES = 3  # as many as the server's


def main() -> None:
    """Hand the script over with this process's folder, environment and open files, and end as it ends."""
    address, *arguments = sys.argv[1:]
    connection = _connect(address) if len(arguments) == 1 and arguments[0].endswith(".py") else None
    if connection is None:
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606
    folder = os.getcwd()  # noqa: PTH109 (pathlib takes longer to load than the rest of this to run)
    asked = {
        "script": f"{folder}/{arguments[0]}",
        "folder": folder,
        "environment": dict(os.environ),
    }
    if arguments[0].startswith("/"):
        asked["script"] = arguments[0]
    try:
        socket.send_fds(connection, [b"."], [0, 1, 2])
        connection.sendall(json.dumps(asked).encode() + b"\n")
        answer = connection.recv(16)
    except ConnectionError:
        answer = b""
    if not answer:
        sys.exit(
            "The process that held the libraries ended before this step did. Run the workflow"
            " again."
        )
    status = int(answer)
    if status < 0:  # ended by a signal: end by the same one, so that whoever waits sees it
        (
            signal.signal(-status, signal.SIG_DFL)
            if -status not in (signal.SIGKILL, signal.SIGSTOP)
            else None
        )
        os.kill(os.getpid(), -status)
    sys.exit(status)


def _connect(address: str) -> socket.socket | None:
    """Return a connection to the server that has loaded the most."""
    for stage in reversed(range(_STAGES)):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(f"{address}{stage}")
        except OSError:
            connection.close()
        else:
            return connection
    return None


if __name__ == "__main__":
    main()
