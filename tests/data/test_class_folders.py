import numpy as np
import pytest
from PIL import Image

from fcflow.data.class_folders import read_class_folders, read_pixels
from fcflow.errors import InputError


@pytest.fixture
def picture(tmp_path):
    """Return a function that saves an image of noise and returns its path."""

    def save(name, mode="RGB", size=(6, 4)):
        noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noise).convert(mode).save(path)
        return path

    return save


def test_each_folder_is_a_class_as_torchvision_has_it(picture, tmp_path):
    from torchvision.datasets import ImageFolder

    for name in ("dog/b.png", "dog/a.png", "ant/c.png", "cat/d.jpg", "cat/notes.png"):
        picture(name)
    (tmp_path / "dog" / "read.me").write_text("no image")
    images, torchvisions = read_class_folders(tmp_path), ImageFolder(tmp_path)
    assert images.classes == torchvisions.classes == ["ant", "cat", "dog"]
    assert [str(tmp_path / name) for name in images.names] == [
        path for path, _ in torchvisions.imgs
    ]
    assert images.labels.tolist() == torchvisions.targets
    assert images.test.all()
    assert images.train.all()


def test_folders_that_programs_put_there_are_no_classes(picture, tmp_path):
    for name in ("ant/a.png", "bee/b.png", "__MACOSX/c.png"):
        picture(name)
    (tmp_path / ".ipynb_checkpoints").mkdir()
    images = read_class_folders(tmp_path)
    assert images.classes == ["ant", "bee"]
    assert images.names == ["ant/a.png", "bee/b.png"]


def test_folders_for_training_and_for_tests_are_kept_apart(picture, tmp_path):
    for name in ("train/ant/a.png", "train/bee/b.png", "test/ant/c.png", "test/bee/d.png"):
        picture(name)
    images = read_class_folders(tmp_path)
    assert images.classes == ["ant", "bee"]
    assert images.names == [
        "test/ant/c.png",
        "test/bee/d.png",
        "train/ant/a.png",
        "train/bee/b.png",
    ]
    assert images.labels.tolist() == [0, 1, 0, 1]
    assert images.test.tolist() == [True, True, False, False]
    assert images.train.tolist() == [False, False, True, True]


def test_pixels_are_those_of_the_file_channels_first(picture, tmp_path):
    path = picture("ant/a.png")
    picture("bee/b.png")
    expected = np.asarray(Image.open(path)).transpose(2, 0, 1)
    np.testing.assert_array_equal(read_class_folders(tmp_path).read(0), expected)
    grey = picture("grey.png", "L")
    np.testing.assert_array_equal(read_pixels(grey), np.asarray(Image.open(grey))[None])


@pytest.mark.parametrize("mode", ["P", "RGBA", "I;16", "1"])
def test_an_image_of_other_channels_is_refused_by_name(picture, mode):
    path = picture("odd.png", mode)
    with pytest.raises(InputError, match=r"odd\.png: is neither grey nor in red, green and blue"):
        read_pixels(path)


def test_a_damaged_image_is_refused_by_name(picture):
    path = picture("bad.png", size=(40, 40))
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError, match=r"bad\.png: cannot be read as an image"):
        read_pixels(path)


def lines_of(call, *arguments):
    with pytest.raises(InputError) as error:
        call(*arguments)
    return str(error.value)


def test_what_is_missing_is_told_in_one_line(picture, tmp_path):
    place = tmp_path / "none"
    assert lines_of(read_class_folders, place).startswith(f"{place}: is missing; make this folder")
    assert "holds no folder of a class" in lines_of(read_class_folders, tmp_path)
    picture("ant/a.png")
    assert f"{tmp_path}: holds the one class ant" in lines_of(read_class_folders, tmp_path)
    (tmp_path / "bee").mkdir()
    assert f"{tmp_path / 'bee'}: holds no image; put" in lines_of(read_class_folders, tmp_path)


def test_a_class_that_is_trained_on_and_not_tested_on_is_refused(picture, tmp_path):
    for name in ("train/ant/a.png", "train/bee/b.png", "test/ant/c.png"):
        picture(name)
    assert f"{tmp_path / 'test' / 'bee'}: is missing" in lines_of(read_class_folders, tmp_path)
