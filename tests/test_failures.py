"""What is told last."""

import subprocess
import sys
from types import SimpleNamespace

from fcflow.failures import failures

BEGUN = "train_relu (study=table3): on node7, process 42\n"


def log(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return SimpleNamespace(log=[str(path)])


def test_a_steps_own_error_is_told_with_its_log(tmp_path):
    own = "fcflow: train_relu (study=table3) failed: results/a.parquet: is missing\n"
    job = log(tmp_path, "a.log", f"{BEGUN}Traceback\n{own}")
    assert failures([job]) == [own.rstrip(), f"        log: {job.log[0]}"]


def test_a_step_that_was_killed_is_told_as_such(tmp_path):
    job = log(tmp_path, "a.log", f"{BEGUN}runs: 10%")
    message, _ = failures([job])
    assert message.startswith("fcflow: train_relu (study=table3) stopped without an error of its")


def test_of_a_group_those_that_succeeded_or_never_began_are_not_told(tmp_path):
    done = log(
        tmp_path,
        "done.log",
        f"{BEGUN}train_relu: 3.20 core-seconds, 400 MiB at most of 900 asked for\n",
    )
    never = log(tmp_path, "never.log", "")
    gone = SimpleNamespace(log=[str(tmp_path / "gone.log")])
    group = SimpleNamespace(log=[*done.log, *never.log, *gone.log])
    assert failures([group]) == []


def test_ten_are_told_and_the_others_counted(tmp_path):
    jobs = [log(tmp_path, f"{n}.log", BEGUN) for n in range(12)]
    lines = failures(jobs)
    assert len(lines) == 21
    assert lines[-1] == "fcflow: and 2 further steps"


def test_last_words_come_after_everything_else():
    program = """
import atexit, sys
from fcflow.failures import LastWords
last = LastWords()
last.at_end(lambda: "asked at the end")
last.at_end(lambda: None)
atexit.register(lambda: print("an executor says farewell", file=sys.stderr))
last.add(["the step's own line"])
sys.exit("Snakemake's error")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.splitlines() == [
        *("Snakemake's error", "an executor says farewell", ""),
        *("the step's own line", "asked at the end"),
    ]
