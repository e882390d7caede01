"""The keys of the experiment on ImageNet."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from fcflow.config.fields import Portion, Section, Text
from fcflow.experiments.images.base_settings import ClassifierChoice, ImagesSettings


class ImageFolder(Section):
    """A folder of images of one class, or with a file that gives each image's class."""

    folder: Text
    """Its path."""
    label: Text | None = None
    """The class of all its images: number, synset or one of its words."""
    labels: Text | None = None
    """A file in the folder with the columns `file` and `class`."""

    @model_validator(mode="after")
    def _one_way_to_label(self) -> Self:
        if (self.label is None) == (self.labels is None):
            raise ValueError(
                "must have either label, the class of all its images, or labels, a file in the"
                " folder"
            )
        return self


class Settings(ImagesSettings):
    """A trained network on real images."""

    networks: Annotated[int, Field(ge=1, le=1)]
    """One: the network is not trained here."""
    image_size: Annotated[int, Field(ge=32)]
    """Height and width of images. Source: the model's own, as timm has it."""
    crop: Portion
    """Images are resized so that the middle `image_size` × `image_size` pixels are this share of
    the shorter side. Source: the model's own, as timm has it."""
    images: Literal["shipped", "folders"]
    """`shipped` (the 20 that Foolbox ships) or `folders`. Source: ours."""
    folders: list[ImageFolder]
    """The folders, each with its labels. Source: ours."""

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if (self.images == "folders") != bool(self.folders):
            raise ValueError(
                "folders must be given where images is folders, and must be empty where it is"
                " shipped"
            )
        named = (self.pairs.model_extra or {}).get("named") or []
        if len(named) > self.shown_pairs:
            raise ValueError(
                f"pairs.named must have at most {self.shown_pairs} entries, as many as shown_pairs,"
                f" got {len(named)}"
            )
        return self

    @field_validator("classifier")
    @classmethod
    def _is_the_rooms_own(cls, classifier: ClassifierChoice) -> ClassifierChoice:
        if classifier.kind != "timm":
            raise ValueError(f"kind must be timm here, got {classifier.kind}")
        return classifier

    def network_files(self, experiment: str, network: str) -> dict[str, list[str]]:
        """Return the checkpoint where it is the user's and is there."""
        weights = (self.classifier.model_extra or {}).get("weights", "")
        return {"weights": [], "checkpoint": [weights] if Path(weights).is_file() else []}

    def user_files(self) -> list[str]:
        """Return the files of the user's that are there: the checkpoint, images and their labels.

        What is not there is told by the step that reads it, with what is to be put where.
        """
        files = [file for one in self.folders for file in sorted(Path(one.folder).rglob("*"))]
        files += [Path(one.folder, one.labels) for one in self.folders if one.labels]
        local = [str(file) for file in dict.fromkeys(files) if file.is_file()]
        return self.network_files("imagenet", "0")["checkpoint"] + local
