"""Types of the configuration's values, and what all its sections have in common."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def as_number(value: Any) -> Any:
    """Read YAML's ``1e-3``, which YAML takes for text, as the number that was meant."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def without_null(studies: Any) -> Any:
    """Leave out the studies that a configuration file has set to null."""
    if not isinstance(studies, dict):
        return studies
    return {name: study for name, study in studies.items() if study is not None}


def _first_ones_differ(pairs: list[list[str]]) -> list[list[str]]:
    first = [names[0] for names in pairs]
    if len(set(first)) != len(first):
        raise ValueError(f"must not repeat a first image, got {first}")
    return pairs


def _is_sha256(text: str) -> str:
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise ValueError(f"must be 64 hexadecimal digits in small letters, got {text!r}")
    return text


Count = Annotated[int, Field(ge=1)]
Number = Annotated[float, BeforeValidator(as_number), Field(allow_inf_nan=False)]
Positive = Annotated[float, BeforeValidator(as_number), Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(as_number), Field(ge=0, lt=1)]
Portion = Annotated[float, BeforeValidator(as_number), Field(gt=0, le=1)]
Level = Annotated[float, BeforeValidator(as_number), Field(gt=0, lt=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, AfterValidator(_is_sha256)]
# Pairs of images by their names: the first one, or both.
NamedPairs = Annotated[
    list[Annotated[list[Text], Field(min_length=1, max_length=2)]],
    AfterValidator(_first_ones_differ),
]
# One number, or one for each channel.
Numbers = Number | Annotated[list[Number], Field(min_length=1)]
Sizes = Annotated[list[Count], Field(min_length=1)]


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, values taken as they are written."""

    # The text below a key says what it means, for `fcflow keys` and for editors.
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )
