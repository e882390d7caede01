"""Temporary files of writers that are gone."""

import os
import subprocess
import sys
import time

from fcflow.artifacts.files import remove_abandoned, replacing

HALF = """
import os
from fcflow.artifacts.files import replacing
with replacing("results/a.parquet") as part:
    part.write_bytes(b"half")
    os.kill(os.getpid(), 9)
"""


def test_a_killed_writers_file_is_removed_at_once(tmp_path):
    subprocess.run([sys.executable, "-c", HALF], cwd=tmp_path)
    assert len(list(tmp_path.rglob("*.tmp"))) == 1
    remove_abandoned(tmp_path)
    assert list(tmp_path.rglob("*.tmp")) == []


def test_the_file_of_a_writer_that_is_alive_stays(tmp_path):
    with replacing(tmp_path / "a.parquet") as part:
        part.write_bytes(b"whole")
        remove_abandoned(tmp_path)
    assert (tmp_path / "a.parquet").read_bytes() == b"whole"


def test_another_hosts_file_is_removed_when_it_has_been_silent_for_an_hour(tmp_path):
    part = tmp_path / "a.parquet.1@elsewhere.tmp"
    part.touch()
    remove_abandoned(tmp_path)
    assert part.exists()
    os.utime(part, (time.time() - 4000,) * 2)
    remove_abandoned(tmp_path)
    assert not part.exists()


def test_a_users_own_file_stays(tmp_path):
    own = tmp_path / "notes.tmp"
    own.touch()
    os.utime(own, (0, 0))
    remove_abandoned(tmp_path)
    assert own.exists()
