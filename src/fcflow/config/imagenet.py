"""The keys of the ImageNet experiment ([FC] §6, Tables 7 and 8, Figures 4 to 6)."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from fcflow.config.fields import Count, Positive, Section

Text = Annotated[str, Field(min_length=1)]
Shown = Annotated[list[Text], Field(min_length=1, max_length=2)]


class ImageFolder(Section):
    """A folder of images of one class, or with a file that gives each image's class."""

    folder: Text
    label: Text | None = None
    labels: Text | None = None

    @model_validator(mode="after")
    def _one_way_to_label(self) -> Self:
        if (self.label is None) == (self.labels is None):
            raise ValueError(
                "must have either label, the class of all its images, or labels, a file in the"
                " folder"
            )
        return self


class ImagenetExperiment(Section):
    """A trained network on real images."""

    model: Text
    weights: Text
    weights_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None
    image_size: Annotated[int, Field(ge=32)]
    crop: Annotated[float, Field(gt=0, le=1)]
    images: Literal["shipped", "folders"]
    folders: list[ImageFolder]
    sources: list[Text]
    targets: list[Text]
    max_pairs: Count
    shown_pairs: list[Shown]
    gammas: Annotated[int, Field(ge=2)]
    path_tolerance: Positive
    max_gradients: Count
    iterated_step: Positive
    iterated_steps: Count
    ddn_steps: Count
    minimal_steps: Count
    minimal_restarts: Annotated[int, Field(ge=0)]
    memory_gb: Positive
    jobs: Annotated[int, Field(ge=1, le=64)]

    @field_validator("shown_pairs")
    @classmethod
    def _at_most_four(cls, shown: list[list[str]]) -> list[list[str]]:
        if len(shown) > 4:
            raise ValueError(
                f"must have at most 4 entries, as the paper's tables have, got {len(shown)}"
            )
        first = [names[0] for names in shown]
        if len(set(first)) != len(first):
            raise ValueError(f"must not repeat a first image, got {first}")
        return shown

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if (self.images == "folders") != bool(self.folders):
            raise ValueError(
                "folders must be given where images is folders, and must be empty where it is"
                " shipped"
            )
        if self.max_gradients < 2 * self.gammas - 1:
            raise ValueError(
                f"max_gradients must be ≥ 2 gammas - 1 = {2 * self.gammas - 1}, got"
                f" {self.max_gradients}"
            )
        return self
