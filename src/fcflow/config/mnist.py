"""The keys of the MNIST experiment ([FC] §6, Tables 5 and 6, Figure 3)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fcflow.config.fields import Count, Positive, Section, Share

Two = Field(min_length=2, max_length=2)


class MnistExperiment(Section):
    """Networks trained on handwritten digits, and sevens that turn into ones."""

    source: Literal["mnist5k", "mnist"]
    folder: Annotated[str, Field(min_length=1)]
    train_images: Annotated[int, Field(ge=10)]
    test_images: Annotated[int, Field(ge=10)]
    networks: Annotated[int, Field(ge=1, le=100)]
    channels: Annotated[list[Count], Two]
    hidden: Count
    dropout: Annotated[list[Share], Two]
    mean: Share
    std: Positive
    batch_size: Count
    epochs: Count
    learning_rate: Positive
    learning_rate_decay: Positive
    rho: Share
    epsilon: Positive
    mask_height: Annotated[float, Field(gt=0, le=1)]
    shown_pairs: Annotated[int, Field(ge=1, le=20)]
    gammas: Annotated[int, Field(ge=2)]
    path_tolerance: Positive
    max_gradients: Count
    descent_share: Positive
    descent_steps: Count
    ddn_steps: Count
    minimal_steps: Count
    minimal_restarts: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _can_spend_what_the_grid_needs(self) -> Self:
        if self.max_gradients < 2 * self.gammas - 1:
            raise ValueError(
                f"max_gradients must be ≥ 2 gammas - 1 = {2 * self.gammas - 1}, got"
                f" {self.max_gradients}"
            )
        return self
