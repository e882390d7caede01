"""Run a step's command in a fork of the server: ``python -I -S client.py NAME PYTHON SCRIPT``.

Any other command, and one that no server takes, becomes this process.
"""

import contextlib
import os
import signal
import socket
import sys


def main() -> None:
    """Hand the command over and end as it ends, or become it."""
    name, *command = sys.argv[1:]
    script = command[1] if len(command) == 2 and command[0] == sys.executable else ""
    status = _hand_over(name, script) if script.endswith(".py") else None
    if status is None:
        os.execvp(command[0], command)  # noqa: S606
    if status < 0:  # end by the same signal, so that whoever waits sees it
        if -status not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


def _hand_over(name: str, script: str) -> int | None:
    """Return how the step ended; nothing if it has not begun."""
    variables = (name + b"=" + value for name, value in os.environb.items())
    message = b"\0".join((os.fsencode(script), *variables))
    try:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(f"\0{name}")
        user = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[4:8]
        if int.from_bytes(user, sys.byteorder) != os.getuid():  # who took the name of a dead server
            return None
        socket.send_fds(connection, [message], [0, 1, 2, os.open(".", os.O_RDONLY)])
        begun = connection.recv(64)
    except OSError:
        return None
    if not begun or b" " in begun:  # there is no server, it refused, or the step ended before
        return None
    # A terminal's Ctrl-C reaches the step as well, which may have something to tidy up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        if ended := connection.recv(64):
            return int(ended.split()[1])
    # The step's parent was killed: nobody can say how the step ends, and so it ends here.
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(begun), signal.SIGKILL)
    return -signal.SIGKILL


if __name__ == "__main__":
    # Until the step has begun, Ctrl-C ends this process without a traceback of its own.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    main()
