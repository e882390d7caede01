"""What ``fcflow measure`` writes, and that nothing of it is lost."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from safetensors.torch import load_file

import fcflow
from fcflow.artifacts.tables import read_table
from fcflow.errors import ArtifactError, InputError
from fcflow.experiments.images.aggregate import aggregate_images
from fcflow.experiments.images.attack import attack_pairs
from fcflow.experiments.images.columns import ATTACKS, CURVES, EXPERIMENTS, PAIRS, PATHS
from fcflow.experiments.images.own.prepare import prepare_own
from fcflow.experiments.images.pair import pair_images
from fcflow.experiments.images.probe import probe_pairs
from fcflow.own.folder import measure_folder
from fcflow.own.request import settings_of
from fcflow.steps import step_of

TABLES = {
    "pairs": PAIRS,
    "paths": PATHS,
    "curves": CURVES,
    "attacks": ATTACKS,
    "experiments": EXPERIMENTS,
}


def tables(folder):
    return {name: read_table(folder / f"{name}.parquet", kind) for name, kind in TABLES.items()}


def assert_same(one, other):
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name], obj=name)


@pytest.fixture(scope="module")
def whole(place, options, tmp_path_factory):
    """Return the tables of a run that nothing disturbed, in a folder called mine."""
    before = Path.cwd()
    os.chdir(place)
    try:
        folder = tmp_path_factory.mktemp("whole") / "mine"
        measure_folder(settings_of(options), folder)
        return tables(folder)
    finally:
        os.chdir(before)


def test_every_pair_has_its_rows(whole):
    assert len(whole["pairs"]) == 20
    assert whole["attacks"].groupby("pair").size().eq(2).all()
    assert whole["attacks"]["success"].all()
    ratio = whole["experiments"]["least"] / whole["experiments"]["half_distance"]
    product = whole["experiments"][["weighted_cosine", "evenness", "boundary_place"]].prod(axis=1)
    curvature = (
        whole["experiments"]["least"]
        * whole["experiments"]["gradient_norm"]
        / whole["experiments"]["gap_x1"]
    )
    np.testing.assert_allclose(product * curvature, ratio, rtol=1e-5)


def test_the_workflow_s_steps_say_the_same_of_that_section(here, options, whole):
    """As its rules run them, with the pairs dealt out to two jobs."""
    section = settings_of(options).model_copy(update={"jobs": 2})
    scope = section.scope() | {"experiment": "mine", "network": 0}

    def run(step, *inputs, **wildcards):
        read = {*step_of(step).reads, "device"}
        keys = {name for name in step.__annotations__ if name not in read}
        config = {name: value for name, value in (scope | wildcards).items() if name in keys}
        return step(*inputs, **config)

    images, classes, pixels, _ = run(prepare_own)
    answers, pairs, summary, ends = run(pair_images, images, classes, pixels, [])
    probed = [run(probe_pairs, pairs, ends, [], part=part) for part in (0, 1)]
    attacked = [run(attack_pairs, pairs, ends, classes, [], part=part) for part in (0, 1)]
    joined = run(
        aggregate_images,
        *([answers], [pairs], [summary], [ends]),
        *([one[0] for one in probed], [one[1] for one in probed]),
        *([one[0] for one in attacked], [one[1] for one in attacked]),
    )
    named = dict(zip(step_of(aggregate_images).writes, joined, strict=True))
    for name, table in whole.items():
        # Other points in a batch round otherwise, which may cost a step more at the boundary.
        assert named[name].columns.tolist() == table.columns.tolist()
        counts = [column for column in ("n_forward", "n_backward") if column in table]
        np.testing.assert_allclose(named[name][counts], table[counts], atol=3)
        one, other = (rows.drop(columns=counts) for rows in (named[name], table))
        pd.testing.assert_frame_equal(one, other, rtol=1e-3, atol=1e-6, obj=name)


def test_measure_pairs_says_the_same(here, options, whole):
    sys.path.insert(0, str(here))
    try:
        from my_models import network
    finally:
        sys.path.remove(str(here))
    model = network().eval()
    model.load_state_dict(load_file(here / "net.safetensors"))
    folder = here / "again"
    measure_folder(settings_of(options), folder)
    ends = load_file(folder / "parts" / "ends.safetensors")
    x1, x2 = (ends[name].float() / 255 for name in ("x1", "x2"))
    table = fcflow.measure_pairs(
        model,
        x1,
        x2,
        attacks=[{"attack": "minimal", "effort": "quick"}, "fast_l2"],
        bounds=(0.0, 1.0),
    )
    shutil.rmtree(folder)
    attacks = whole["attacks"].sort_values(["pair", "attack"], ignore_index=True)
    mine = table.sort_values(["pair", "attack"], ignore_index=True)
    np.testing.assert_allclose(mine["norm"], attacks["norm"], rtol=1e-3)
    one = table.drop_duplicates("pair")
    np.testing.assert_allclose(one["cos_theta"], whole["paths"]["cos_theta"], atol=1e-5)
    np.testing.assert_allclose(one["weighted_cosine"], whole["paths"]["weighted_cosine"], rtol=1e-4)


def command(options, folder):
    names = {"attacks": "--attack", "max_pairs": "--max-pairs", "measures": "--measure"}
    words = []
    for key, value in options.items():
        for one in value if isinstance(value, list) else [value]:
            words += [names.get(key, f"--{key}"), str(one)]
    return [sys.executable, "-m", "fcflow", "measure", *words, "--out", str(folder)]


@pytest.mark.parametrize(
    ("killed_by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_command_that_was_stopped_goes_on_where_it_was(
    here, options, whole, tmp_path, killed_by, code
):
    folder = tmp_path / "mine"
    # At its second part it sleeps, until it is not to any more.
    first, asleep, go_on = (
        folder / "parts" / "000000" / "attacks.parquet",
        tmp_path / "asleep",
        tmp_path / "on",
    )
    (here / "slow.py").write_text(
        "import pathlib, time\n"
        "def slowly(model, x1, x2, source, target):\n"
        f"    first, go_on = pathlib.Path({str(first)!r}), pathlib.Path({str(go_on)!r})\n"
        "    if first.exists() and not go_on.exists():\n"
        f"        pathlib.Path({str(asleep)!r}).touch()\n"
        "        time.sleep(60)\n"
        "    return source.double()\n"
    )
    slow = options | {"measures": ["factors", "slow.py:slowly"]}
    running = subprocess.Popen(
        command(slow, folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not asleep.exists():
        assert running.poll() is None, running.communicate()
        time.sleep(0.1)
    running.send_signal(killed_by)
    _, err = running.communicate(timeout=60)
    assert running.returncode == code, err
    if killed_by is signal.SIGINT:
        assert "stopped: 8 pairs are measured and stay in" in err
        assert "Traceback" not in err
    written = first.stat().st_mtime_ns
    go_on.touch()
    seen = []
    measure_folder(settings_of(slow), folder, told=lambda done, pairs: seen.append((done, pairs)))
    assert seen == [(0, 20), (8, 20), (16, 20), (20, 20)]
    assert first.stat().st_mtime_ns == written
    assert_same({"attacks": whole["attacks"]}, tables(folder))
    assert not list(folder.rglob("*.tmp"))


def test_a_full_disk_is_told_and_costs_nothing_that_is_there(here, options, whole, tmp_path):
    folder = tmp_path / "mine"
    name = f"attacks.parquet.{os.getpid()}@{socket.gethostname()}.tmp"
    full = folder / "parts" / "000008" / name

    def fill(done, pairs):
        if done == 8:
            full.parent.mkdir()
            full.symlink_to("/dev/full")

    with pytest.raises(ArtifactError, match="No space left on device"):
        measure_folder(settings_of(options), folder, told=fill)
    assert (folder / "parts" / "000000" / "attacks.parquet").exists()
    measure_folder(settings_of(options), folder)
    assert_same(whole, tables(folder))


def test_a_folder_with_other_results_is_refused(here, options, tmp_path):
    folder = tmp_path / "mine"
    few = options | {"max_pairs": 2, "attacks": ["fast_l2"]}
    measure_folder(settings_of(few), folder)
    kept = (folder / "attacks.parquet").read_bytes()
    for other, told in [
        (few | {"attacks": ["fast_sign"]}, "attacks were others"),
        (few | {"attacks": ["fast_sign"], "max_pairs": 3}, "attacks and pairs|pairs and attacks"),
    ]:
        with pytest.raises(InputError, match=told) as error:
            measure_folder(settings_of(other), folder)
        assert "\n" not in str(error.value)
    assert (folder / "attacks.parquet").read_bytes() == kept
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "thesis.tex").touch()
    with pytest.raises(InputError, match="holds something else than results"):
        measure_folder(settings_of(few), tmp_path / "else")


def test_a_request_that_failed_before_any_pair_is_mended_in_its_folder(here, options, tmp_path):
    folder = tmp_path / "mine"
    few = options | {"max_pairs": 2, "attacks": ["fast_l2"]}
    for wrong in ({"size": 9}, {"pairs": "ants:dogs"}, {"classes": "a,b,c"}):
        with pytest.raises(InputError, match=r"fails at an input|no class 'dogs'|lacks"):
            measure_folder(settings_of(few | wrong), folder)
    (folder / "notes.txt").write_text("mine")
    measure_folder(settings_of(few), folder)
    measure_folder(settings_of(few), tmp_path / "anew" / "mine")
    assert_same(tables(tmp_path / "anew" / "mine"), tables(folder))
    assert (folder / "notes.txt").read_text() == "mine"
    # Of what is done nothing is forgotten, be it one part of it.
    (folder / "attacks.parquet").unlink()
    with pytest.raises(InputError, match="pairs were others"):
        measure_folder(settings_of(few | {"max_pairs": 3}), folder)


def test_touched_files_are_the_same_inputs_and_changed_ones_are_not(here, options, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(here / options["images"], tmp_path / "pictures")
    few = options | {"max_pairs": 2, "attacks": ["fast_l2"], "images": str(tmp_path / "pictures")}
    measure_folder(settings_of(few), folder)
    whole = tables(folder)
    pictures = sorted((tmp_path / "pictures").rglob("*.png"))
    for picture in pictures:
        os.utime(picture, (1, 1))
    measure_folder(settings_of(few), folder)
    assert_same(whole, tables(folder))
    Image.open(pictures[0]).rotate(90).save(pictures[0])
    with pytest.raises(InputError, match="files were others"):
        measure_folder(settings_of(few), folder)


def test_changed_code_or_weights_are_another_request(here, options, tmp_path):
    (here / "mine.py").write_text("def pgd(model, x, source, target, bounds):\n    return 1 - x\n")
    few = options | {"max_pairs": 2, "attacks": ["mine.py:pgd"]}
    measure_folder(settings_of(few), tmp_path / "mine")
    (here / "mine.py").write_text("def pgd(model, x, source, target, bounds):\n    return x * 0\n")
    with pytest.raises(InputError, match=r"code \(mine\.py\) were others"):
        measure_folder(settings_of(few), tmp_path / "mine")


def test_a_damaged_file_is_named_with_what_to_do(here, options, tmp_path):
    few = options | {"max_pairs": 2, "attacks": ["fast_l2"]}
    measure_folder(settings_of(few), tmp_path / "mine")
    damaged = tmp_path / "mine" / "parts" / "000000" / "paths.parquet"
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(ArtifactError, match=r"paths\.parquet: .*; delete it and give the same"):
        measure_folder(settings_of(few), tmp_path / "mine")
    damaged.unlink()
    measure_folder(settings_of(few), tmp_path / "mine")
