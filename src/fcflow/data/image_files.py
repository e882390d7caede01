"""Images of files, as Pillow reads them."""

from pathlib import Path

from fcflow.errors import InputError
from fcflow.extras import paper_extra

with paper_extra():
    from PIL import Image

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})


def open_image(path: str | Path) -> Image.Image:
    """Return an image that has been read completely.

    Raises
    ------
    InputError
        If the file cannot be read as an image. The message names it.

    Examples
    --------
    >>> from fcflow.data.imagenet import shipped_images
    >>> open_image(shipped_images()[0].path).mode
    'RGB'
    """
    try:
        with Image.open(path) as file:
            image: Image.Image = file
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            f"{path}: cannot be read as an image ({error}); replace it or take it out"
        ) from None
    return image


def images_in(folder: Path) -> list[Path]:
    """Return the files of a folder whose names end as those of images do, by name."""
    return [file for file in sorted(folder.iterdir()) if file.suffix.lower() in ENDINGS]
