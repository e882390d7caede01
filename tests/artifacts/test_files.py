import signal
import subprocess
import sys

import pytest

from fcflow.artifacts.files import replacing
from fcflow.errors import ArtifactError


def test_a_failing_block_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(ValueError, match="half way"), replacing(target) as part:
        part.write_bytes(b"ne")
        raise ValueError("half way")
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.bin"]


def test_folders_are_made(tmp_path):
    with replacing(tmp_path / "deep" / "er" / "a.txt") as part:
        part.write_text("x")
    assert (tmp_path / "deep" / "er" / "a.txt").read_text() == "x"


def test_a_writer_killed_half_way_leaves_the_old_file(tmp_path):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    code = f"""
import os, signal
from fcflow.artifacts.files import replacing
with replacing({str(target)!r}) as part:
    part.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    died = subprocess.run([sys.executable, "-c", code])
    assert died.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"old"
    with replacing(target) as part:
        part.write_bytes(b"whole")
    assert target.read_bytes() == b"whole"


def test_a_full_disk_is_told_with_the_files_name_and_what_to_do(tmp_path):
    with (
        pytest.raises(
            ArtifactError,
            match=r"a\.bin: could not be written \(No space left on device\); free some space",
        ),
        replacing(tmp_path / "a.bin") as part,
    ):
        part.symlink_to("/dev/full")
        part.write_bytes(b"x")
    assert not (tmp_path / "a.bin").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(ArtifactError, match="could not be written"),
        replacing(tmp_path / "file" / "a.bin"),
    ):
        pass
