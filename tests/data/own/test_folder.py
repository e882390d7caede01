import os
import shutil

import numpy as np
import pytest
from PIL import Image

from fcflow.data.mnist import read_digits
from fcflow.data.own.folder import read_folder
from fcflow.errors import InputError


@pytest.fixture(scope="module")
def digits():
    return read_digits("mnist5k", "")


def save(folder, name, pixels):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def folder(tmp_path, digits):
    for label in (0, 1, 7):
        for number in np.flatnonzero(digits.labels == label)[:3]:
            save(tmp_path, f"{label}/{number:04}.png", digits.pixels[number])
    return tmp_path


def test_pictures_are_read_as_they_are(folder, digits):
    read = read_folder(folder)
    assert read.classes == ("0", "1", "7")
    assert read.labels.tolist() == [0, 1, 2] * 3
    assert [name for name in read.names if name[0] == "7"] == sorted(
        path.relative_to(folder).as_posix() for path in folder.glob("7/*")
    )
    assert read.inputs.shape == (9, 1, 28, 28)
    for one, name in zip(read.inputs, read.names, strict=True):
        assert (one[0] == digits.pixels[int(name[2:6])]).all()
    assert read.lines == []
    assert len(set(read.digests())) == 9


def test_grey_pictures_among_colour_are_given_three_channels_and_told(folder, digits):
    save(folder, "1/colour.png", np.stack([digits.pixels[0]] * 3, axis=-1))
    read = read_folder(folder)
    assert read.inputs.shape == (10, 3, 28, 28)
    assert (read.inputs == read.inputs[:, :1]).all()
    assert read.lines == [
        "9 of 10 pictures are grey among others in colour, and were given three equal channels; the"
        f" first is {read.names[0]}"
    ]
    with pytest.raises(InputError, match=r"colour\.png: is in colour, and data\.channels is 1"):
        read_folder(folder, channels=1)


def test_a_corrupt_file_is_named_skipped_and_counted(folder):
    damaged = folder / "7" / "0000.jpg"
    damaged.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (folder / "1" / "a.jpg").write_bytes(b"")
    read = read_folder(folder)
    assert len(read.inputs) == 9
    assert [name for name, _ in read.skipped] == ["7/0000.jpg", "1/a.jpg"]
    assert all(str(folder) not in line for line in read.lines)
    assert "cannot be read as an image" in read.lines[0]


def test_a_name_that_is_not_utf_8_is_skipped_and_told(folder):
    first = sorted(path.name for path in (folder / "7").iterdir())[0]
    shutil.copy(folder / "7" / first, os.fsencode(folder / "7") + b"/caf\xe9.png")
    read = read_folder(folder)
    assert len(read.inputs) == 9
    assert read.skipped == (("7/caf\\xe9.png", "has a name that is not UTF-8"),)
    "".join(read.lines).encode()  # can be printed
    shutil.move(folder / "7", os.fsdecode(os.fsencode(folder) + b"/\xe9"))
    read = read_folder(folder)
    assert read.classes == ("0", "1", "\\xe9")
    assert len(read.inputs) == 6


def test_other_sizes_are_told_unless_they_are_brought_to_one(folder):
    save(folder, "7/large.png", np.zeros((40, 60), np.uint8))
    with pytest.raises(InputError, match=r"28×28 pixels and 7/large\.png 60×40; set data\.size"):
        read_folder(folder)
    assert read_folder(folder, size=14).inputs.shape == (10, 1, 14, 14)


def test_an_area_is_the_mean_of_its_pixels_and_the_middle_is_kept(tmp_path):
    for name in ("a", "b"):
        picture = np.zeros((4, 8), np.uint8)
        picture[:, 2:6] = [[10, 20, 30, 40]] * 4
        save(tmp_path, f"{name}/0.png", picture)
    assert read_folder(tmp_path, size=2).inputs[0, 0].tolist() == [[15, 35], [15, 35]]
    assert read_folder(tmp_path, size=2, crop=0.5).inputs[0, 0].tolist() == [[20, 30], [20, 30]]


def test_as_many_of_each_class_are_read_as_asked_for(folder):
    read = read_folder(folder, most=5)
    assert np.bincount(read.labels).tolist() == [2, 2, 1]


def test_fewer_than_two_classes_are_told(folder, tmp_path):
    for path in [*folder.glob("0/*"), *folder.glob("1/*")]:
        path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="fewer than two classes that can be read, 6 skipped"):
        read_folder(folder)
