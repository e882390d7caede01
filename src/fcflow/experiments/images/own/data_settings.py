"""The keys of one's own data."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from fcflow.config.fields import Count, Number, Numbers, Portion, Section, Text

_FILES = ("folder", "npz", "parquet")
Bounds = Annotated[list[Number], Field(min_length=2, max_length=2)]


class DataSettings(Section):
    """Labelled inputs: a folder of class folders, arrays, or a table of features."""

    folder: Text | None = None
    """A folder with a folder of pictures for each class, named after it; where it holds `train` and
    `test`, those in `test` are taken."""
    npz: Text | None = None
    """A file of NumPy's with `x`, uint8 pictures or numbers [n, …], and `y`, [n] classes."""
    parquet: Text | None = None
    """A table with a column for each feature and one of labels; its rows are no pictures."""
    label: Text = "y"
    """The column of labels of `parquet`."""
    classes: Annotated[list[Text], Field(min_length=2)] | None = None
    """The classes of the model in the order of its outputs, where they are not the folders in the
    order of their names; null for these, or for ImageNet's where the model has those."""
    size: Count | None = None
    """Height and width to which the middle of each picture is brought; null leaves them."""
    crop: Portion = 1.0
    """The share of a picture's shorter side that is kept."""
    interpolation: Literal["area", "bilinear", "bicubic", "lanczos"] = "area"
    """How pictures are resized: means of areas, or one of Pillow's, as networks for photographs are
    trained with."""
    channels: Literal[1, 3] | None = None
    """1 or 3; null for 3 where any picture is in colour. Grey ones then have three equal ones."""
    most: Count | None = None
    """The most pictures of `folder` that are read, as many of each class; null for all."""
    mean: Numbers | None = None
    """What the model's inputs are normalised with, one number or one for each channel or feature;
    null for what `timm` and `torchvision` know of their models, and none otherwise."""
    std: Numbers | None = None
    """As `mean`."""
    bounds: Bounds | Literal["none"] | None = None
    """The least and greatest value of a perturbed input where an attack's `box` is true; `none` for
    no such limits, null for [0, 1] where data are pictures and none where they are not."""

    @field_validator("classes")
    @classmethod
    def _differ(cls, names: list[str] | None) -> list[str] | None:
        repeated = next((name for name in names or [] if (names or []).count(name) > 1), None)
        if repeated is not None:
            raise ValueError(f"must not repeat a class, got {repeated} twice")
        return names

    @field_validator("std")
    @classmethod
    def _is_positive(cls, std: Any) -> Any:
        if std is not None and min(std if isinstance(std, list) else [std]) <= 0:
            raise ValueError(f"must be positive, got {std}")
        return std

    @field_validator("bounds")
    @classmethod
    def _are_in_order(cls, bounds: Any) -> Any:
        if isinstance(bounds, list) and bounds[0] >= bounds[1]:
            raise ValueError(f"must be a lower and a greater value, got {bounds}")
        return bounds

    @model_validator(mode="after")
    def _are_of_one_kind(self) -> Self:
        given = [name for name in _FILES if getattr(self, name) is not None]
        if len(given) != 1:
            told = " and ".join(given) or "none"
            raise ValueError(f"must have one of {', '.join(_FILES)}, got {told}")
        of_pictures = ("size", "crop", "interpolation", "channels", "most")
        fields = type(self).model_fields
        wrong = [name for name in of_pictures if getattr(self, name) != fields[name].default]
        if given != ["folder"] and wrong:
            raise ValueError(f"{wrong[0]} is about the pictures of a folder, not about {given[0]}")
        return self

    @property
    def file(self) -> str:
        """The folder or file."""
        return str(next(value for name in _FILES if (value := getattr(self, name)) is not None))

    @property
    def box(self) -> tuple[float, float] | None:
        """What perturbed inputs stay within."""
        if isinstance(self.bounds, list):
            return self.bounds[0], self.bounds[1]
        return (0.0, 1.0) if self.bounds is None and self.parquet is None else None

    def missing(self) -> dict[str, str]:
        """Return what is named and not there, in words, by its key."""
        given = {name: getattr(self, name) for name in _FILES if getattr(self, name) is not None}
        return {
            f"data.{name}": f"there is nothing at {file}"
            for name, file in given.items()
            if not Path(file).exists()
        }

    def files(self) -> list[str]:
        """Return the files that are read and are there."""
        if self.folder is None:
            return [self.file] if Path(self.file).is_file() else []
        return sorted(str(path) for path in Path(self.folder).rglob("*") if path.is_file())

    def state(self) -> list[list[Any]]:
        """Return what tells whether the files have changed: names, sizes and times."""
        states = [(Path(file).stat(), file) for file in self.files()]
        return [[file, one.st_size, one.st_mtime_ns] for one, file in states]
