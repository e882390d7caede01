"""The keys of the experiment on digits of 8 × 8 pixels."""

from fcflow.config.fields import Count, Positive
from fcflow.experiments.images.base_settings import ImagesSettings


class Settings(ImagesSettings):
    """A dense network trained on scikit-learn's digits."""

    train_images: Count
    """How many of the 1,797 digits are trained on; the rest is tested on. Source: ours."""
    hidden: Count
    """Units of the hidden layer. Source: ours."""
    steps: Count
    """Steps of gradient descent on all training images. Source: ours."""
    learning_rate: Positive
    """Adam's step size. Source: ours."""

    def network_files(self, experiment: str, network: str) -> dict[str, list[str]]:
        """Return the trained weights."""
        return {"weights": [f"results/{experiment}/network{network}/weights.safetensors"]}
