import numpy as np
import pytest
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

from fcflow.data.imagenet import class_number, folder_images, read_pixels, shipped_images
from fcflow.errors import InputError

SYNSETS = ["n01", "n02", "n03", "n04"]
WORDS = [
    "English springer, English springer spaniel",
    "Afghan hound, Afghan",
    "crane",
    "crane, derrick",
]
LIKE = {"size": 224, "crop": 0.875, "interpolation": "bicubic"}


@pytest.fixture
def picture(tmp_path):
    """Return a function that saves an image of some mode and returns its path."""

    def save(name="a.png", mode="RGB", size=(40, 30)):
        noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noise).convert(mode).save(path)
        return path

    return save


def test_the_shipped_images_are_twenty_with_labels():
    images = shipped_images()
    assert [image.label for image in images][:3] == [243, 559, 438]
    assert len({image.name for image in images}) == 20


@pytest.mark.parametrize("image", shipped_images()[9:12], ids=lambda image: image.name)
def test_pixels_are_those_of_the_usual_evaluation_transform(image):
    usual = Compose([Resize(256, InterpolationMode.BICUBIC), CenterCrop(224)])
    expected = np.asarray(usual(Image.open(image.path))).transpose(2, 0, 1)
    np.testing.assert_array_equal(read_pixels(image.path, **LIKE), expected)


@pytest.mark.parametrize("size", [(40, 30), (31, 57), (33, 33)])
def test_images_of_any_shape_become_square(picture, size):
    pixels = read_pixels(picture(size=size), size=32, crop=1.0, interpolation="bilinear")
    assert pixels.shape == (3, 32, 32)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_an_image_that_is_not_in_red_green_and_blue_is_refused(picture, mode):
    path = picture("grey.tiff", mode)
    with pytest.raises(
        InputError, match=rf"grey\.tiff: is not in red, green and blue but {mode}; convert it"
    ):
        read_pixels(path, **LIKE)


@pytest.mark.parametrize("kept", [0, 10, 500])
def test_a_corrupt_jpeg_is_named(tmp_path, kept):
    path = tmp_path / "half.jpg"
    path.write_bytes(shipped_images()[0].path.read_bytes()[:kept])
    with pytest.raises(
        InputError, match=r"half\.jpg: cannot be read as an image .*; replace it or take it out"
    ):
        read_pixels(path, **LIKE)


def test_a_folder_of_one_class_gives_its_images_by_name(picture):
    folder = picture("dogs/b.jpg").parent
    picture("dogs/a.JPG")
    (folder / "notes.txt").write_text("not an image")
    images = folder_images(folder, SYNSETS, WORDS, label="Afghan hound")
    assert [(image.name, image.label) for image in images] == [("a", 1), ("b", 1)]


def test_a_file_of_labels_gives_each_image_its_class(picture):
    folder = picture("mixed/a.png").parent
    picture("mixed/b.png")
    (folder / "labels.csv").write_text("file,class\nb.png,n01\na.png,Afghan\n")
    images = folder_images(folder, SYNSETS, WORDS, labels="labels.csv")
    assert [(image.name, image.label) for image in images] == [("a", 1), ("b", 0)]


def test_an_empty_or_missing_folder_is_told_with_what_to_put_there(tmp_path):
    with pytest.raises(
        InputError, match=r"none: is missing; make this folder and put images \(crane\) into it"
    ):
        folder_images(tmp_path / "none", SYNSETS, WORDS, label="crane")
    with pytest.raises(
        InputError, match=r"holds no image; put files into it that end with .bmp, .jpeg, .jpg"
    ):
        folder_images(tmp_path, SYNSETS, WORDS, label="0")


def test_a_missing_or_malformed_file_of_labels_is_named(picture):
    folder = picture("mixed/a.png").parent
    with pytest.raises(
        InputError, match=r"labels\.csv: is missing; write it with the columns file and class"
    ):
        folder_images(folder, SYNSETS, WORDS, labels="labels.csv")
    for content in ("a.png,0\n", "file,class\na.png,\n", "file,class\n", ""):
        (folder / "labels.csv").write_text(content)
        with pytest.raises(
            InputError, match=r"labels\.csv: must have the columns file and class, both filled in"
        ):
            folder_images(folder, SYNSETS, WORDS, labels="labels.csv")
    (folder / "labels.csv").write_text("file,class\ngone.png,0\n")
    with pytest.raises(
        InputError, match=r"labels\.csv: names gone\.png, which is not in the folder"
    ):
        folder_images(folder, SYNSETS, WORDS, labels="labels.csv")


def test_a_class_that_the_model_does_not_have_is_told(picture):
    folder = picture("dogs/a.png").parent
    with pytest.raises(
        InputError,
        match=r"dogs: the model has no class 'Afgan hound' among its 4, did you mean 'afghan",
    ):
        folder_images(folder, SYNSETS, WORDS, label="Afgan hound")
    (folder / "labels.csv").write_text("file,class\na.png,4\n")
    with pytest.raises(InputError, match=r"labels\.csv: the model has no class '4' among its 4"):
        folder_images(folder, SYNSETS, WORDS, labels="labels.csv")


def test_a_word_that_several_classes_share_is_told():
    with pytest.raises(
        InputError,
        match=r"a: the class 'crane' may be 2 \(crane\), 3 \(crane, derrick\); give its number",
    ):
        class_number("crane", SYNSETS, WORDS, source="a")
